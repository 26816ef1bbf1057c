using Kubernetes.Client.Errors;
using Kubernetes.Operator.Informers;

namespace Kubernetes.Operator.Tests.Informers;

public sealed class WatchEndTests
{
    [Theory]
    [InlineData(null, false, true, nameof(Resume.FromVersion), false)]
    [InlineData(null, false, false, nameof(Resume.FromVersion), true)]
    [InlineData(KubernetesError.Expired, false, true, nameof(Resume.FromList), false)]
    [InlineData(KubernetesError.Expired, false, false, nameof(Resume.FromList), true)]
    [InlineData(KubernetesError.Unreachable, false, true, nameof(Resume.FromVersion), true)]
    [InlineData(KubernetesError.Timeout, false, true, nameof(Resume.FromVersion), true)]
    [InlineData(KubernetesError.Forbidden, false, false, nameof(Resume.FromVersion), true)]
    [InlineData(KubernetesError.TooManyRequests, true, false, nameof(Resume.FromList), true)]
    [InlineData(KubernetesError.Unreachable, true, true, nameof(Resume.FromList), true)]
    [InlineData(KubernetesError.Invalid, true, false, nameof(Resume.FromListWithoutStreaming), false)]
    [InlineData(KubernetesError.Timeout, true, true, nameof(Resume.FromListWithoutStreaming), false)]
    public void Every_end_has_its_next_step(KubernetesError? error, bool wasInitial, bool wasUseful, string from, bool pause)
    {
        var failure = error is { } kind ? new KubernetesException(kind, "x") : null;
        var next = new WatchEnd(failure, wasInitial, wasUseful).Decide(usesWatchList: true, brokenStreams: wasInitial ? 1 : 0);
        Assert.Equal((from, pause), (next.From.ToString(), next.Pause));
    }

    [Fact]
    public void A_refused_list_is_not_taken_for_a_refused_stream() =>
        Assert.Equal(
            new NextStep(Resume.FromList, Pause: true),
            new WatchEnd(new KubernetesException(KubernetesError.Forbidden, "x"), WasInitial: true, WasUseful: false).Decide(usesWatchList: false, brokenStreams: 0));

    [Fact]
    public void A_stream_that_breaks_again_and_again_is_replaced_by_pages() =>
        Assert.Equal(
            new NextStep(Resume.FromListWithoutStreaming, Pause: true),
            new WatchEnd(new KubernetesException(KubernetesError.Unreachable, "x"), WasInitial: true, WasUseful: true).Decide(usesWatchList: true, brokenStreams: 3));
}
