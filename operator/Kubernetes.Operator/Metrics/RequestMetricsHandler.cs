using System.Globalization;

namespace Kubernetes.Operator.Metrics;

/// <summary>Counts requests to the API server by status, method and host, as client-go does.</summary>
internal sealed class RequestMetricsHandler : DelegatingHandler
{
    private static readonly double[] Buckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

    private readonly TimeProvider _time;
    private readonly CounterFamily _requests;
    private readonly HistogramFamily _durations;

    public RequestMetricsHandler(MetricsRegistry registry, string host, TimeProvider time)
    {
        _time = time;
        _requests = registry.Counter("rest_client_requests_total", "Number of HTTP requests, partitioned by status code, method, and host.", "code", "method", "host");
        _durations = registry.Histogram(
            "rest_client_request_duration_seconds", "Request latency in seconds to the response's headers, by verb and host.", Buckets, "verb", "host");

        // A rate over a counter that appears with its first count misses that count.
        foreach (var method in (string[])["GET", "POST", "PUT", "PATCH", "DELETE"])
        {
            _requests.With(method == "POST" ? "201" : "200", method, host);
            _durations.With(method, host);
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = request.RequestUri?.Authority ?? "";
        var started = _time.GetTimestamp();
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
            _durations.With(request.Method.Method, host).Observe(_time.GetElapsedTime(started).TotalSeconds);
        }
    }
}
