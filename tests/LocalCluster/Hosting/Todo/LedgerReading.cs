using System.Text.Json;

namespace LocalCluster.Hosting.Todo;

/// <summary>The ledger's answer (docs/reference/service-contract.md), added up over all transports.</summary>
public sealed record LedgerReading(long Published, long Handled, long Suppressed, long Replayed, long Dead, long InFlight, double P50, double P95)
{
    internal static LedgerReading Of(JsonElement body)
    {
        var transports = body.GetProperty("transports").EnumerateArray().ToList();
        var recent = body.GetProperty("recent");
        long Sum(string name) => transports.Sum(t => t.GetProperty(name).GetInt64());
        return new LedgerReading(
            recent.GetProperty("published").GetInt64(), recent.GetProperty("handled").GetInt64(), Sum("suppressed"), Sum("replayed"), Sum("dead"), Sum("inFlight"),
            Number(recent, "p50Milliseconds"), Number(recent, "p95Milliseconds"));
    }

    private static double Number(JsonElement recent, string name) =>
        recent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;
}
