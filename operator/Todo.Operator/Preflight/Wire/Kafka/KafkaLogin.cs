using System.Security.Cryptography;
using System.Text;

namespace Todo.Operator.Preflight.Wire.Kafka;

/// <summary>How to log in at a broker.</summary>
/// <param name="Tls">TLS, or null for none.</param>
/// <param name="Mechanism">PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; null for no SASL.</param>
/// <param name="User">User name.</param>
/// <param name="Password">Password.</param>
internal sealed record KafkaLogin(TlsSettings? Tls = null, string? Mechanism = null, string User = "", string Password = "")
{
    /// <summary>SASL as KIP-43 and KIP-152 have it: handshake, then the mechanism's own messages in SaslAuthenticate.</summary>
    /// <exception cref="WireFailure">The broker refuses.</exception>
    internal async Task LogInAsync(KafkaConnection connection, CancellationToken cancellationToken)
    {
        if (Mechanism is null)
        {
            return;
        }

        var answer = await connection.AskAsync(WireStage.LogIn, KafkaApi.SaslHandshake, new KafkaRequest().String(Mechanism), cancellationToken);
        var error = answer.Error();
        if (error != KafkaError.None)
        {
            var offered = string.Join(", ", answer.Array(answer.String));
            throw new WireFailure(WireStage.LogIn, error == KafkaError.UnsupportedMechanism
                ? $"{connection.Endpoint} offers {(offered.Length == 0 ? "no SASL" : offered)}, not {Mechanism}."
                : $"{connection.Endpoint} refuses SASL (error {(short)error}).");
        }

        if (Mechanism == "PLAIN")
        {
            await SendAsync(connection, Encoding.UTF8.GetBytes($"\0{User}\0{Password}"), cancellationToken);
            return;
        }

        var scram = new Scram(Mechanism == "SCRAM-SHA-512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256, User, Password);
        var challenge = await SendAsync(connection, scram.First(), cancellationToken);
        byte[] final;
        try
        {
            final = scram.Final(challenge);
        }
        catch (InvalidDataException e)
        {
            throw new WireFailure(WireStage.LogIn, $"{connection.Endpoint} answers something else than expected: {e.Message}.");
        }

        if (!scram.Confirms(await SendAsync(connection, final, cancellationToken)))
        {
            throw new WireFailure(WireStage.LogIn, $"{connection.Endpoint} does not know the password itself: it is not the broker that it should be.");
        }
    }

    private static async Task<byte[]> SendAsync(KafkaConnection connection, byte[] message, CancellationToken cancellationToken)
    {
        var answer = await connection.AskAsync(WireStage.LogIn, KafkaApi.SaslAuthenticate, new KafkaRequest().Bytes(message), cancellationToken);
        var error = answer.Error();
        var words = answer.String();
        return error == KafkaError.None
            ? answer.Bytes()
            : throw new WireFailure(WireStage.LogIn, $"{connection.Endpoint} refuses the login: {(string.IsNullOrEmpty(words) ? $"error {(short)error}" : words.TrimEnd('.'))}.");
    }
}
