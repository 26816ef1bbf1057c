using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Kubernetes.Client.Serialization;

namespace Kubernetes.Client.Http;

/// <summary>Turns failed answers and broken connections into <see cref="KubernetesException"/>.</summary>
internal static class ErrorReader
{
    private const int LongestBody = 64 * 1024;
    private const string Server = "the API server";

    public static async Task<KubernetesException> ReadAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        var status = ParseStatus(await ReadBodyAsync(response, cancellationToken)) ?? new V1Status
        {
            Status = "Failure",
            Message = $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath}: {(int)response.StatusCode} {response.ReasonPhrase}",
        };
        status.Code ??= (int)response.StatusCode;
        return new KubernetesException(status, RetryAfter(response, time));
    }

    /// <summary>What a failed send was, or null when the caller has cancelled it.</summary>
    public static KubernetesException? Translate(Exception failure, Uri? uri, bool timedOut, CancellationToken callersToken) =>
        Translate(failure, uri?.GetLeftPart(UriPartial.Path), timedOut, callersToken);

    /// <inheritdoc cref="Translate(Exception, Uri, bool, CancellationToken)"/>
    public static KubernetesException? Translate(Exception failure, string? where, bool timedOut, CancellationToken callersToken) => failure switch
    {
        OperationCanceledException when callersToken.IsCancellationRequested => null,
        OperationCanceledException when timedOut => new KubernetesException(KubernetesError.Timeout, $"No answer from {where ?? Server} in time.", failure),
        JsonException => new KubernetesException(KubernetesError.Other, $"{where ?? Server}: unreadable answer: {failure.Message}", failure),
        HttpRequestException or IOException or SocketException or OperationCanceledException =>
            new KubernetesException(KubernetesError.Unreachable, $"{where ?? Server} cannot be reached: {failure.Message}", failure),
        _ => null,
    };

    private static V1Status? ParseStatus(byte[] body)
    {
        try
        {
            var status = JsonSerializer.Deserialize(body, KubernetesJson.Default.TypeInfo<V1Status>());
            return status?.Kind == "Status" && status.Status is not null ? status : null;
        }
        catch (JsonException)
        {
            return body.Length == 0 ? null : new V1Status { Status = "Failure", Message = Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 500)) };
        }
    }

    private static async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[LongestBody];
        var length = await stream.ReadAtLeastAsync(buffer, LongestBody, throwOnEndOfStream: false, cancellationToken);
        return buffer[..length];
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => TimeSpan.FromTicks(Math.Max(0, (date - time.GetUtcNow()).Ticks)),
        _ => null,
    };
}
