using System.Security.Cryptography;
using System.Text;

namespace Todo.Contracts.CloudEvents;

/// <summary>UUID version 5 (RFC 9562, section 5.5): the same input gives the same id everywhere and always.</summary>
public static class NameBasedId
{
    private static readonly Guid Namespace = new("9c3a1f0e-52f4-4a67-8f0e-0d6f6b1c7a55");

    /// <summary>Id of an event that carries none: of its topic and its bytes.</summary>
    public static Guid OfBytes(string topic, ReadOnlySpan<byte> bytes) => Create(Encoding.UTF8.GetBytes(topic + "\n"), bytes);

    /// <summary>Id of a CloudEvent whose own is not a UUID; CloudEvents are identified by source and id together.</summary>
    public static Guid OfCloudEvent(string source, string id) => Create(Encoding.UTF8.GetBytes(source + "\n"), Encoding.UTF8.GetBytes(id));

    // SHA-1 is what version 5 is defined with; nothing here is a secret.
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "RFC 9562 defines version 5 with SHA-1.")]
    private static Guid Create(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var input = new byte[16 + first.Length + second.Length];
        Namespace.TryWriteBytes(input, bigEndian: true, out _);
        first.CopyTo(input.AsSpan(16));
        second.CopyTo(input.AsSpan(16 + first.Length));
        Span<byte> hash = stackalloc byte[20];
        SHA1.HashData(input, hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
