using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>Confluent.Kafka without its native package: librdkafka comes from the system.</summary>
internal static class Librdkafka
{
    [ModuleInitializer]
    internal static void UseTheSystems() => NativeLibrary.SetDllImportResolver(typeof(IClient).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name.Contains("rdkafka", StringComparison.Ordinal) ? NativeLibrary.Load("librdkafka.so.1") : 0;
}
