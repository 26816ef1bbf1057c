using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kubernetes.Client.Configuration;

namespace Kubernetes.Client.Tests;

/// <summary>The service account of a pod, in a folder of this machine.</summary>
public sealed class InClusterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("in-cluster-tests-").FullName;
    private readonly TickingTime _time = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("10.0.0.1", "443", "https://10.0.0.1/")]
    [InlineData("fd00::1", "6443", "https://[fd00::1]:6443/")]
    [InlineData("kubernetes.default", null, "https://kubernetes.default/")]
    public async Task A_pod_finds_its_server_namespace_authority_and_token(string host, string? port, string server)
    {
        Account();
        var configuration = KubernetesClientConfiguration.InCluster(_folder, host, port, _time);
        Assert.Equal((server, "mine"), (configuration.Server.ToString(), configuration.Namespace));
        Assert.Equal("CN=ca", Assert.Single(configuration.CertificateAuthorities!).Subject);
        Assert.Equal("first", await configuration.Token!.GetTokenAsync(null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_renewed_token_is_taken_within_a_minute_and_a_file_that_is_away_keeps_the_old_one()
    {
        Account();
        var token = KubernetesClientConfiguration.InCluster(_folder, "x", null, _time).Token!;
        Assert.Equal("first", await token.GetTokenAsync(null, TestContext.Current.CancellationToken));
        Write("token", "second");
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("second", await token.GetTokenAsync(null, TestContext.Current.CancellationToken));
        File.Delete(Path.Combine(_folder, "token"));
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("second", await token.GetTokenAsync(null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        Assert.Contains("KUBERNETES_SERVICE_HOST", Message("x", "443"));
        Account();
        Assert.Contains("KUBERNETES_SERVICE_HOST", Message(null, "443"));
        Assert.Contains("no address: x, y", Message("x", "y"));
        Write("ca.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Assert.Contains("ca.crt", Message("x", "443"));
        File.Delete(Path.Combine(_folder, "ca.crt"));
        Assert.Contains("ca.crt", Message("x", "443"));
    }

    private string Message(string? host, string port) =>
        Assert.Throws<KubernetesConfigurationException>(() => KubernetesClientConfiguration.InCluster(_folder, host, port, _time)).Message;

    private void Account()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = new CertificateRequest("CN=ca", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Write("token", "first\n");
        Write("namespace", "mine");
        Write("ca.crt", authority.ExportCertificatePem());
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);
}
