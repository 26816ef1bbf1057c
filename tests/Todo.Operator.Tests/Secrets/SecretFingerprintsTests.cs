using System.Text;
using Todo.Operator.Resource;
using Todo.Operator.Secrets;

namespace Todo.Operator.Tests.Secrets;

/// <summary>What a Deployment says of a Secret: whether it has changed, and nothing that helps to guess it.</summary>
public sealed class SecretFingerprintsTests
{
    private const string Uid = "5c1d1f7e-0b0a-4b57-9f0e-6d1f6b0f3a11";

    private static readonly byte[] Password = Encoding.UTF8.GetBytes("summer2026");
    private static readonly SecretReference Reference = new() { Name = "redis", Key = "password" };

    [Fact]
    public void The_same_content_of_the_same_secret_has_the_same_one() => Assert.Equal(SecretFingerprints.Of(Uid, Reference, Password), SecretFingerprints.Of(Uid, Reference, [.. Password]));

    [Fact]
    public void Another_content_has_another_one() => Assert.NotEqual(SecretFingerprints.Of(Uid, Reference, Password), SecretFingerprints.Of(Uid, Reference, "Summer2026"u8.ToArray()));

    [Fact]
    public void The_same_password_in_another_secret_cannot_be_told_by_it()
    {
        Assert.NotEqual(SecretFingerprints.Of(Uid, Reference, Password), SecretFingerprints.Of("5c1d1f7e-0b0a-4b57-9f0e-6d1f6b0f3a12", Reference, Password));
        Assert.NotEqual(SecretFingerprints.Of(Uid, Reference, Password), SecretFingerprints.Of(Uid, new SecretReference { Name = "redis", Key = "old" }, Password));
    }

    [Fact]
    public void It_is_eight_hexadecimal_digits() => Assert.Matches("^[0-9a-f]{8}$", SecretFingerprints.Of(Uid, Reference, Password));
}
