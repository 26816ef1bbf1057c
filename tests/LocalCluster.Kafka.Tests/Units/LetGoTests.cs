using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Units;

public sealed class LetGoTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_client_that_never_ends_does_not_keep_its_test()
    {
        var client = new Endless();
        try
        {
            await Task.Run(() => LetGo<ICounter>.Of(client, Moment).Dispose()).WaitAsync(Deadlines.Patience, TestContext.Current.CancellationToken);
            Assert.False(client.HasEnded);
        }
        finally
        {
            client.LetEnd();
        }
    }

    [Fact]
    public void Everything_else_is_the_clients_own_answer_or_exception()
    {
        var counter = LetGo<ICounter>.Of(new Endless(), Moment);
        Assert.Equal(3, counter.Add(1, 2));
        Assert.Throws<OverflowException>(() => counter.Add(int.MaxValue, 1));
    }

    internal interface ICounter : IDisposable
    {
        int Add(int a, int b);
    }

    private sealed class Endless : ICounter
    {
        private readonly TaskCompletionSource _end = new();

        public bool HasEnded { get; private set; }

        public int Add(int a, int b) => checked(a + b);

        public void LetEnd() => _end.SetResult();

        public void Dispose()
        {
            _end.Task.Wait();
            HasEnded = true;
        }
    }
}
