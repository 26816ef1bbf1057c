using System.Net;
using System.Net.Sockets;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Endpoints;
using LocalCluster.Controllers.Objects;
using LocalCluster.Controllers.Runtime;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Node.Proxy;

/// <summary>Listens on every Service's cluster address and follows its EndpointSlices.</summary>
internal sealed partial class ServiceProxy(RoutingTable routing, ILogger logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, Dictionary<IPEndPoint, ServiceListener>> _listeners = [];
    private Informer? _services;
    private Informer? _slices;
    private bool _closed;

    /// <summary>Listens to Services and EndpointSlices.</summary>
    public void Connect(InformerSet informers)
    {
        _services = informers.For(ResourceTypes.Services);
        _slices = informers.For(ResourceTypes.EndpointSlices);
        _services.Listen(change => Update(change.Key));
        _slices.Listen(change =>
        {
            if (change.Latest.Label(EndpointSlices.ServiceLabel) is { } service)
            {
                Update(new ObjectKey(change.Key.Namespace, service));
            }
        });
    }

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            foreach (var listener in _listeners.Values.SelectMany(ports => ports.Values))
            {
                listener.Dispose();
            }

            _listeners.Clear();
        }
    }

    private void Update(ObjectKey key)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            var slices = _slices!.Items.Where(slice => slice.Label(EndpointSlices.ServiceLabel) == key.Name && slice.Namespace() == key.Namespace).ToList();
            var routes = _services!.Find(key) is { } service ? ServiceRoutes.Of(service, slices) : [];
            Apply(key, routes);
        }
    }

    private void Apply(ObjectKey key, IReadOnlyList<ServiceRoute> routes)
    {
        if (!_listeners.TryGetValue(key, out var ports))
        {
            _listeners[key] = ports = [];
        }

        foreach (var (address, listener) in ports.Where(port => routes.All(route => !route.Address.Equals(port.Key))).ToList())
        {
            listener.Dispose();
            ports.Remove(address);
        }

        foreach (var route in routes)
        {
            if (!ports.TryGetValue(route.Address, out var listener))
            {
                ports[route.Address] = listener = new ServiceListener(route.Address, routing);
            }

            try
            {
                listener.Backends = route.Backends;
            }
            catch (SocketException e)
            {
                LogCannotListen(key, route.Address, e.SocketErrorCode);
            }
        }

        if (ports.Count == 0)
        {
            _listeners.Remove(key);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Service {Service}: cannot listen on {Address}: {Error}")]
    private partial void LogCannotListen(ObjectKey service, IPEndPoint address, SocketError error);
}
