using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Runtime;
using LocalCluster.Node.Addresses;
using LocalCluster.Node.Injection;
using LocalCluster.Node.Logs;
using LocalCluster.Node.Probes;
using LocalCluster.Node.Processes;
using LocalCluster.Node.Proxy;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Node.Pods;

/// <summary>What all pods of the node share.</summary>
internal sealed record NodeServices(
    IClusterApi Api,
    NodeOptions Options,
    TimeProvider Time,
    ILogger Logger,
    EventRecorder Events,
    PodAddresses Addresses,
    ProcessSpawner Spawner,
    Prober Prober,
    PodLogs Logs,
    RoutingTable Routing,
    DaprFolders Dapr);
