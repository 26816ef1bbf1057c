using Kubernetes.Client.Errors;
using Kubernetes.Client.Http;
using Kubernetes.Client.Models;

namespace Kubernetes.Client.Tests;

public sealed class RetryPolicyTests
{
    [Theory]
    [InlineData(429, null, true, true)]
    [InlineData(429, null, false, true)]
    [InlineData(503, 1, false, true)]
    [InlineData(503, null, false, false)]
    [InlineData(500, null, true, true)]
    [InlineData(500, 1, false, false)]
    [InlineData(409, null, true, false)]
    [InlineData(404, null, true, false)]
    [InlineData(429, 60, true, false)]
    public void A_request_is_sent_again_only_where_that_is_safe(int code, int? retryAfter, bool isRead, bool expected)
    {
        var failure = new KubernetesException(new V1Status { Code = code }, retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        Assert.Equal(expected, RetryPolicy.PauseBefore(failure, isRead, 1, 4, 0.5) is not null);
    }

    [Fact]
    public void Pauses_double_and_end()
    {
        var failure = new KubernetesException(KubernetesError.Unreachable, "x");
        var pauses = Enumerable.Range(1, 5).Select(attempt => RetryPolicy.PauseBefore(failure, true, attempt, 4, 1)?.TotalMilliseconds).ToArray();
        Assert.Equal([100, 200, 400, 800, null], pauses);
    }
}
