using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Todo.Operator.Preflight.Wire;

/// <summary>What TLS needs; PEM text.</summary>
/// <param name="Authority">Certificate of the authority; null: the system's.</param>
/// <param name="Certificate">Client certificate, or null.</param>
/// <param name="Key">Its private key, or null.</param>
internal sealed record TlsSettings(string? Authority = null, string? Certificate = null, string? Key = null);

/// <summary>
/// One connection to a server, for a short exchange. Everything that can go wrong becomes a <see cref="WireFailure"/> that says how far it came: that is what
/// the person who reads it has to know.
/// </summary>
internal sealed class WireConnection : IAsyncDisposable
{
    /// <summary>Longest time for one step of an exchange.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private readonly WireEndpoint _endpoint;
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private Stream? _stream;

    private WireConnection(WireEndpoint endpoint) => _endpoint = endpoint;

    /// <summary>What is sent and received, once connected.</summary>
    public Stream Stream => _stream ?? throw new InvalidOperationException("Not connected.");

    /// <summary>Connects, without TLS as yet.</summary>
    public static async Task<WireConnection> OpenAsync(WireEndpoint endpoint, CancellationToken cancellationToken)
    {
        var connection = new WireConnection(endpoint);
        try
        {
            await connection.TryAsync(WireStage.Connect, token => connection._socket.ConnectAsync(endpoint.Host, endpoint.Port, token).AsTask(), cancellationToken);
            connection._stream = new NetworkStream(connection._socket, ownsSocket: false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Goes over to TLS.</summary>
    public Task EncryptAsync(TlsSettings tls, CancellationToken cancellationToken) => TryAsync(
        WireStage.Encrypt,
        async token =>
        {
            var secure = new SslStream(Stream, leaveInnerStreamOpen: false);
            _stream = secure;
            await secure.AuthenticateAsClientAsync(Options(tls), token);
        },
        cancellationToken);

    /// <summary>Does one step of an exchange within <see cref="Limit"/>.</summary>
    /// <exception cref="WireFailure">It did not succeed.</exception>
    public async Task TryAsync(WireStage stage, Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Limit);
        try
        {
            await step(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new WireFailure(stage, stage == WireStage.Connect
                ? $"{_endpoint} does not answer within {Limit.TotalSeconds:0} s."
                : $"{_endpoint} accepts connections, but does not answer within {Limit.TotalSeconds:0} s.");
        }
        catch (SocketException e)
        {
            throw new WireFailure(stage, $"{_endpoint} does not accept connections ({e.SocketErrorCode}).");
        }
        catch (AuthenticationException e)
        {
            throw new WireFailure(WireStage.Encrypt, $"TLS with {_endpoint} failed: {(e.InnerException ?? e).Message.TrimEnd('.')}.");
        }
        catch (CryptographicException e)
        {
            throw new WireFailure(WireStage.Encrypt, $"A certificate or key for {_endpoint} cannot be read: {e.Message.TrimEnd('.')}.");
        }
        catch (IOException)
        {
            throw new WireFailure(stage, $"{_endpoint} accepts connections, but closed this one.");
        }
        catch (InvalidDataException e)
        {
            throw new WireFailure(stage, $"{_endpoint} answers something else than expected: {e.Message.TrimEnd('.')}.");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }

        _socket.Dispose();
    }

    private SslClientAuthenticationOptions Options(TlsSettings tls)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = _endpoint.Host };
        if (tls.Authority is { } authority)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPem(authority);
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        if (tls is { Certificate: { } certificate, Key: { } key })
        {
            options.ClientCertificates = [X509Certificate2.CreateFromPem(certificate, key)];
        }

        return options;
    }
}
