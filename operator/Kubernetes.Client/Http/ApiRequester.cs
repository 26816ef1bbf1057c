using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kubernetes.Client.Errors;

namespace Kubernetes.Client.Http;

/// <summary>Sends requests: deadline per attempt, retry where safe, failures as <see cref="KubernetesException"/>.</summary>
internal sealed class ApiRequester(HttpClient http, KubernetesClientOptions options)
{
    private Uri Server => http.BaseAddress!;

    /// <summary>Sends and reads the answer.</summary>
    public async Task<T> SendAsync<T>(ApiRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(request, type, cancellationToken);
            }
            catch (KubernetesException failure) when (Pause(failure, request, attempt) is { } pause)
            {
                await Task.Delay(pause, options.Time, cancellationToken);
            }
        }
    }

    /// <summary>Opens a stream: returns after the headers.</summary>
    public async Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage(Server);
        using var deadline = new Deadline(options.RequestTimeout, options.Time, cancellationToken);
        try
        {
            var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw await ErrorReader.ReadAsync(response, options.Time, deadline.Token);
            }
        }
        catch (Exception e) when (e is not KubernetesException
            && ErrorReader.Translate(e, message.RequestUri, deadline.HasPassed, cancellationToken) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Sends somebody's own request and returns the answer whatever it is.</summary>
    public async Task<HttpResponseMessage> SendRawAsync(HttpRequestMessage message, string pathAndQuery, CancellationToken cancellationToken)
    {
        message.RequestUri = ApiRequest.Resolve(Server, pathAndQuery);
        message.Version = http.DefaultRequestVersion;
        message.VersionPolicy = http.DefaultVersionPolicy;
        using var deadline = new Deadline(options.RequestTimeout, options.Time, cancellationToken);
        try
        {
            return await http.SendAsync(message, HttpCompletionOption.ResponseContentRead, deadline.Token);
        }
        catch (Exception e) when (ErrorReader.Translate(e, message.RequestUri, deadline.HasPassed, cancellationToken) is { } failure)
        {
            throw failure;
        }
    }

    private async Task<T> AttemptAsync<T>(ApiRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage(Server);
        using var deadline = new Deadline(options.RequestTimeout, options.Time, cancellationToken);
        try
        {
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw await ErrorReader.ReadAsync(response, options.Time, deadline.Token);
            }

            await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
            return await JsonSerializer.DeserializeAsync(stream, type, deadline.Token) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is not KubernetesException
            && ErrorReader.Translate(e, message.RequestUri, deadline.HasPassed, cancellationToken) is { } failure)
        {
            throw failure;
        }
    }

    private TimeSpan? Pause(KubernetesException failure, ApiRequest request, int attempt) =>
        RetryPolicy.PauseBefore(failure, request.IsRead, attempt, options.MaxRetries, Random.Shared.NextDouble());

    private sealed class Deadline : IDisposable
    {
        private readonly CancellationTokenSource _timer;
        private readonly CancellationTokenSource _linked;

        public Deadline(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
        {
            _timer = new CancellationTokenSource(timeout, time);
            _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, cancellationToken);
        }

        public CancellationToken Token => _linked.Token;

        public bool HasPassed => _timer.IsCancellationRequested;

        public void Dispose()
        {
            _linked.Dispose();
            _timer.Dispose();
        }
    }
}
