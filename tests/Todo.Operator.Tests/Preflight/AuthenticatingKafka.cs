using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Todo.Operator.Tests.Preflight;

/// <summary>
/// Stands in front of a broker and asks for TLS and a login, which the local one does not know. The server's part of SASL is written here from the RFCs, apart from the client's
/// part in the operator. What comes back from behind names the broker's own address.
/// </summary>
internal sealed class AuthenticatingKafka : IAsyncDisposable
{
    private const short SaslHandshake = 17;
    private const short ApiVersions = 18;
    private const short SaslAuthenticate = 36;
    private const int Iterations = 4096;

    private readonly TcpListener _listener;
    private readonly IPEndPoint _behind;
    private readonly CancellationTokenSource _stop = new();

    public AuthenticatingKafka(IPEndPoint behind, IPAddress? address = null)
    {
        _behind = behind;
        _listener = new TcpListener(address ?? Cluster.TestBackends.NextAddress(), 9092);
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    public X509Certificate2? Certificate { get; init; }

    public string[] Mechanisms { get; init; } = [];

    /// <summary>The certificate that a client has to show.</summary>
    public X509Certificate2? Client { get; init; }

    /// <summary>Whether it takes any login and proves none of its own.</summary>
    public bool IsImpostor { get; init; }

    /// <summary>Whether answers name this address in place of the broker's own.</summary>
    public bool NamesItself { get; init; }

    /// <summary>What becomes of an answer, by the number of the request (its first four bytes are the correlation id).</summary>
    public Func<short, byte[], byte[]> Alter { get; init; } = (_, answer) => answer;

    public string User { get; init; } = "todo";

    public string Password { get; init; } = "right";

    /// <summary>A certificate for an address, signed by itself.</summary>
    public static X509Certificate2 CertificateFor(IPAddress address)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=kafka", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Certificate?.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), _stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var own = client;
            using var behind = new TcpClient();
            await behind.ConnectAsync(_behind, cancellationToken);
            Stream front = client.GetStream();
            if (Certificate is not null)
            {
                var secure = new SslStream(front);
                await secure.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = Certificate,
                        ClientCertificateRequired = Client is not null,
                        RemoteCertificateValidationCallback = (_, shown, _, _) => Client is null || shown?.GetCertHashString() == Client.GetCertHashString(),
                    },
                    cancellationToken);
                front = secure;
            }

            var (knows, mechanism, messages) = (Mechanisms.Length == 0, "", new List<string>());
            while (true)
            {
                var request = await FrameAsync(front, cancellationToken);
                var (key, id) = (BinaryPrimitives.ReadInt16BigEndian(request), request[4..8]);
                var body = request[(10 + BinaryPrimitives.ReadInt16BigEndian(request.AsSpan(8)))..];
                switch (key)
                {
                    case SaslHandshake:
                        mechanism = Encoding.UTF8.GetString(body.AsSpan(2));
                        await SendAsync(front, [.. id, 0, (byte)(Mechanisms.Contains(mechanism) ? 0 : 33), .. Int32(Mechanisms.Length), .. Mechanisms.SelectMany(Text)], cancellationToken);
                        break;
                    case SaslAuthenticate:
                        messages.Add(Encoding.UTF8.GetString(body.AsSpan(4)));
                        var (answer, good) = mechanism == "PLAIN" ? ("", messages[0] == $"\0{User}\0{Password}") : Scram(mechanism, messages);
                        knows = good && (mechanism == "PLAIN" || messages.Count == 2);
                        byte[] refused = [.. id, 0, 58, .. Text("Authentication failed: invalid credentials"), 0, 0, 0, 0];
                        await SendAsync(front, good ? [.. id, 0, 0, 255, 255, .. Int32(answer.Length), .. Encoding.UTF8.GetBytes(answer)] : refused, cancellationToken);
                        break;
                    default:
                        if (!knows && key != ApiVersions)
                        {
                            return;
                        }

                        await SendAsync(behind.GetStream(), request, cancellationToken);
                        await SendAsync(front, Name(Alter(key, await FrameAsync(behind.GetStream(), cancellationToken))), cancellationToken);
                        break;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The other side has seen enough.
        }
    }

    private (string Answer, bool Good) Scram(string mechanism, List<string> messages)
    {
        var hash = mechanism.EndsWith("512", StringComparison.Ordinal) ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;
        var first = messages[0]["n,,".Length..];
        var challenge = $"{first[first.IndexOf("r=", StringComparison.Ordinal)..]}server,s={Convert.ToBase64String("salty"u8)},i={Iterations}";
        if (messages.Count == 1)
        {
            var name = User.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
            return (challenge, first.StartsWith($"n={name},", StringComparison.Ordinal));
        }

        var final = messages[1];
        var proofAt = final.IndexOf(",p=", StringComparison.Ordinal);
        var signed = Encoding.UTF8.GetBytes($"{first},{challenge},{final[..proofAt]}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(Password), "salty"u8, Iterations, hash, hash == HashAlgorithmName.SHA512 ? 64 : 32);
        var clientKey = CryptographicOperations.HmacData(hash, salted, "Client Key"u8);
        var signature = CryptographicOperations.HmacData(hash, CryptographicOperations.HashData(hash, clientKey), signed);
        var proof = clientKey.Zip(signature, (a, b) => (byte)(a ^ b));
        var server = CryptographicOperations.HmacData(hash, CryptographicOperations.HmacData(hash, salted, "Server Key"u8), signed);
        return ($"v={Convert.ToBase64String(IsImpostor ? clientKey : server)}", proof.SequenceEqual(Convert.FromBase64String(final[(proofAt + 3)..])));
    }

    private static async Task<byte[]> FrameAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[4];
        await stream.ReadExactlyAsync(head, cancellationToken);
        var length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length is < 8 or > 1 << 24)
        {
            throw new IOException("not Kafka");
        }

        var frame = new byte[length];
        await stream.ReadExactlyAsync(frame, cancellationToken);
        return frame;
    }

    private static async Task SendAsync(Stream stream, byte[] frame, CancellationToken cancellationToken) =>
        await stream.WriteAsync((byte[])[.. Int32(frame.Length), .. frame], cancellationToken);

    private byte[] Name(byte[] answer)
    {
        var (own, theirs) = (Text(((IPEndPoint)_listener.LocalEndpoint).Address.ToString()), Text(_behind.Address.ToString()));
        return NamesItself && answer.AsSpan().IndexOf(theirs) is >= 0 and var at ? [.. answer[..at], .. own, .. answer[(at + theirs.Length)..]] : answer;
    }

    private static byte[] Text(string text) => [0, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
