using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace LocalCluster.Sidecar.PubSub.Kafka;

/// <summary>The system's librdkafka stands in for the native package (docs/decisions/0001-packages.md).</summary>
internal static class LibrdkafkaResolver
{
#pragma warning disable CA2255 // The resolver must be in place before the first call into Confluent.Kafka, wherever that is.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Install() => NativeLibrary.SetDllImportResolver(typeof(ProducerConfig).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name.Contains("rdkafka", StringComparison.Ordinal) ? NativeLibrary.Load("librdkafka.so.1") : nint.Zero;
}
