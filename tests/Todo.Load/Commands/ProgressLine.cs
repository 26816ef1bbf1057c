namespace Todo.Load.Commands;

/// <summary>One line that is renewed each second; without a terminal a new line every five.</summary>
internal static class ProgressLine
{
    private const int PlainEvery = 5;

    public static async Task ShowAsync(LoadGenerator load, TimeSpan? duration, CancellationToken cancelled)
    {
        using var over = duration is { } time ? new CancellationTokenSource(time) : new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancelled);
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var mark = load.Mark();
        try
        {
            for (var ticks = 1; !load.HasEnded && await second.WaitForNextTickAsync(stop.Token); ticks++)
            {
                if (!Console.IsOutputRedirected)
                {
                    Console.Write("\r" + Text(load.Snapshot(), load.Snapshot(mark), load.UnderWay) + "  ");
                    mark = load.Mark();
                }
                else if (ticks % PlainEvery == 0)
                {
                    Console.WriteLine(Text(load.Snapshot(), load.Snapshot(mark), load.UnderWay));
                    mark = load.Mark();
                }
            }
        }
        catch (OperationCanceledException)
        {
            if (!Console.IsOutputRedirected)
            {
                Console.WriteLine();
            }
        }
    }

    public static string Text(LoadSnapshot total, LoadSnapshot recent, int underWay) =>
        $"{total.Elapsed.TotalSeconds,4:0} s  {total.Acknowledged:N0} acknowledged  {total.Refused} refused  {total.Failed} failed  {underWay} under way"
        + $"  {recent.Rate:0}/s  p50 {recent.P50:0.0} ms  p95 {recent.P95:0.0} ms";
}
