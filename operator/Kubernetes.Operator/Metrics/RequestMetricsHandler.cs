using System.Globalization;

namespace Kubernetes.Operator.Metrics;

/// <summary>Counts requests to the API server by status, method and host, as client-go does.</summary>
internal sealed class RequestMetricsHandler(MetricsRegistry registry, TimeProvider time) : DelegatingHandler
{
    private static readonly double[] Buckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

    private readonly CounterFamily _requests =
        registry.Counter("rest_client_requests_total", "Number of HTTP requests, partitioned by status code, method, and host.", "code", "method", "host");

    private readonly HistogramFamily _durations = registry.Histogram(
        "rest_client_request_duration_seconds", "Request latency in seconds to the response's headers, by verb and host.", Buckets, "verb", "host");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = request.RequestUri?.Authority ?? "";
        var started = time.GetTimestamp();
        var code = "<error>";
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            code = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            return response;
        }
        finally
        {
            _requests.With(code, request.Method.Method, host).Increment();
            _durations.With(request.Method.Method, host).Observe(time.GetElapsedTime(started).TotalSeconds);
        }
    }
}
