using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Todo.Operator.Preflight.Wire;

/// <summary>The client's part of a SCRAM login without channel binding (RFC 5802; SHA-256: RFC 7677), as Kafka uses it.</summary>
internal sealed class Scram
{
    private const string NoChannelBinding = "n,,";
    private const string NoChannelBindingEncoded = "biws";

    private readonly HashAlgorithmName _hash;
    private readonly int _size;
    private readonly string _password;
    private readonly string _nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
    private readonly string _firstBare;
    private byte[] _serverSignature = [];

    /// <summary>One login.</summary>
    /// <param name="hash">SHA-256 or SHA-512.</param>
    /// <param name="user">User name.</param>
    /// <param name="password">Password.</param>
    public Scram(HashAlgorithmName hash, string user, string password)
    {
        _hash = hash;
        _size = hash == HashAlgorithmName.SHA512 ? SHA512.HashSizeInBytes : SHA256.HashSizeInBytes;
        _password = password;
        var name = user.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        _firstBare = $"n={name},r={_nonce}";
    }

    /// <summary>The first message.</summary>
    public byte[] First() => Encoding.UTF8.GetBytes(NoChannelBinding + _firstBare);

    /// <summary>The answer to the server's challenge.</summary>
    /// <exception cref="InvalidDataException">The challenge is not one.</exception>
    public byte[] Final(byte[] challenge)
    {
        var serverFirst = Encoding.UTF8.GetString(challenge);
        var fields = Fields(serverFirst);
        if (!fields.TryGetValue('r', out var nonce) || !nonce.StartsWith(_nonce, StringComparison.Ordinal)
            || !fields.TryGetValue('s', out var salt)
            || !fields.TryGetValue('i', out var count) || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations))
        {
            throw new InvalidDataException("a SCRAM challenge without nonce, salt and count");
        }

        var withoutProof = $"c={NoChannelBindingEncoded},r={nonce}";
        var message = Encoding.UTF8.GetBytes($"{_firstBare},{serverFirst},{withoutProof}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(_password), Convert.FromBase64String(salt), iterations, _hash, _size);
        var clientKey = Hmac(salted, "Client Key"u8);
        var signature = Hmac(CryptographicOperations.HashData(_hash, clientKey), message);
        _serverSignature = Hmac(Hmac(salted, "Server Key"u8), message);
        var proof = clientKey.Zip(signature, (a, b) => (byte)(a ^ b)).ToArray();
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}");
    }

    /// <summary>Whether the server knows the password too.</summary>
    public bool Confirms(byte[] serverFinal) =>
        Fields(Encoding.UTF8.GetString(serverFinal)).TryGetValue('v', out var signature)
        && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(signature), _serverSignature);

    private byte[] Hmac(byte[] key, ReadOnlySpan<byte> data) => CryptographicOperations.HmacData(_hash, key, data);

    private static Dictionary<char, string> Fields(string message) =>
        message.Split(',').Where(p => p.Length > 2 && p[1] == '=').ToDictionary(p => p[0], p => p[2..]);
}
