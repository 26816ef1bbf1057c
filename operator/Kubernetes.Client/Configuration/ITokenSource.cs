namespace Kubernetes.Client.Configuration;

/// <summary>Where the bearer token comes from.</summary>
public interface ITokenSource
{
    /// <summary>The token to send now; empty when the certificate is all there is.</summary>
    /// <param name="refused">The token that the server has just answered 401 to; null otherwise. A source that can get another one does.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<string> GetTokenAsync(string? refused, CancellationToken cancellationToken);
}

/// <summary>A token that never changes.</summary>
/// <param name="token">The token.</param>
public sealed class StaticTokenSource(string token) : ITokenSource
{
    /// <inheritdoc/>
    public ValueTask<string> GetTokenAsync(string? refused, CancellationToken cancellationToken) => ValueTask.FromResult(token);
}

/// <summary>A token in a file that somebody else renews, like the projected token of a service account.</summary>
/// <param name="path">The file.</param>
/// <param name="time">Clock.</param>
public sealed class FileTokenSource(string path, TimeProvider time) : ITokenSource
{
    // As client-go: kubelet renews the file long before the old token ends.
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private string? _token;
    private long _readAt;

    /// <inheritdoc/>
    public ValueTask<string> GetTokenAsync(string? refused, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_token is null || _token == refused || time.GetElapsedTime(_readAt) > ReadAgainAfter)
            {
                _token = Read();
                _readAt = time.GetTimestamp();
            }

            return ValueTask.FromResult(_token);
        }
    }

    private string Read()
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _token ?? throw new KubernetesConfigurationException($"The token file {path} cannot be read.", e);
        }
    }
}
