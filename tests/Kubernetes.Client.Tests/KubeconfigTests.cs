using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kubernetes.Client.Configuration;

namespace Kubernetes.Client.Tests;

public sealed class KubeconfigTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kubeconfig-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_current_context_gives_server_namespace_and_token()
    {
        var file = Write("config", """
            current-context: b
            contexts:
            - name: a
              context: { cluster: one, user: u }
            - name: b
              context: { cluster: two, user: u, namespace: mine }
            clusters:
            - name: one
              cluster: { server: "https://one:6443" }
            - name: two
              cluster: { server: "https://two:6443/prefix", tls-server-name: name, insecure-skip-tls-verify: true }
            users:
            - name: u
              user: { token: t }
            """);
        var configuration = KubernetesClientConfiguration.FromKubeconfig([file]);
        Assert.Equal(("https://two:6443/prefix", "mine", "name", true), (configuration.Server.ToString(), configuration.Namespace, configuration.TlsServerName, configuration.SkipTlsVerify));
        Assert.Equal("t", await configuration.Token!.GetTokenAsync(null, TestContext.Current.CancellationToken));
        Assert.Equal("default", KubernetesClientConfiguration.FromKubeconfig([file], "a").Namespace);
    }

    [Fact]
    public void Files_are_merged_and_the_first_wins()
    {
        var first = Write("first", "clusters:\n- name: c\n  cluster: { server: \"https://first\" }\n");
        var second = Write("second", Minimal("https://second", "u", "token: t"));
        Assert.Equal("https://first/", KubernetesClientConfiguration.FromKubeconfig([first, "/does/not/exist", second]).Server.ToString());
    }

    [Fact]
    public void Certificates_come_from_data_or_from_files_beside_the_config()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=me", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Write("me.pem", certificate.ExportCertificatePem());
        var data = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        var file = Write("config", Minimal("https://x", "u", $"client-certificate: me.pem, client-key-data: {data}", "certificate-authority: me.pem"));
        var configuration = KubernetesClientConfiguration.FromKubeconfig([file]);
        Assert.True(configuration.ClientCertificate!.HasPrivateKey);
        Assert.Equal("CN=me", Assert.Single(configuration.CertificateAuthorities!).Subject);
    }

    [Fact]
    public async Task A_token_file_is_read_again_when_its_token_is_refused()
    {
        Write("token", "old");
        var file = Write("config", Minimal("https://x", "u", "tokenFile: token"));
        var token = KubernetesClientConfiguration.FromKubeconfig([file]).Token!;
        Assert.Equal("old", await token.GetTokenAsync(null, TestContext.Current.CancellationToken));
        Write("token", "new\n");
        Assert.Equal("old", await token.GetTokenAsync(null, TestContext.Current.CancellationToken));
        Assert.Equal("new", await token.GetTokenAsync("old", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("contexts: []", "current-context")]
    [InlineData("current-context: x", "no context \"x\"")]
    [InlineData("current-context: c\ncontexts:\n- name: c\n  context: { cluster: k, user: u }", "no cluster \"k\"")]
    [InlineData("current-context: [", "line 1")]
    public void What_is_wrong_is_named_with_the_file(string text, string expected)
    {
        var file = Write("config", text);
        var failure = Assert.Throws<KubernetesConfigurationException>(() => KubernetesClientConfiguration.FromKubeconfig([file]));
        Assert.Contains(expected, failure.Message);
        Assert.Contains(file, failure.Message);
    }

    [Theory]
    [InlineData("client-certificate-data: AAAA", "", "client-key")]
    [InlineData("client-certificate-data: '!', client-key-data: '!'", "", "not base64")]
    [InlineData("token: t", "certificate-authority: missing.pem", "missing.pem cannot be read")]
    [InlineData("exec: { command: aws }", "", "needs command and apiVersion")]
    [InlineData("exec: { command: aws, apiVersion: v, interactiveMode: Always }", "", "interactiveMode: Always")]
    public void What_is_wrong_with_a_user_or_cluster_is_named(string user, string cluster, string expected)
    {
        var file = Write("config", Minimal("https://x", "u", user, cluster));
        var failure = Assert.Throws<KubernetesConfigurationException>(() => KubernetesClientConfiguration.FromKubeconfig([file]));
        Assert.Contains(expected, failure.Message);
    }

    [Fact]
    public void No_file_at_all_is_said()
    {
        var failure = Assert.Throws<KubernetesConfigurationException>(() => KubernetesClientConfiguration.FromKubeconfig(["/does/not/exist"]));
        Assert.Contains("/does/not/exist", failure.Message);
    }

    private static string Minimal(string server, string user, string login, string cluster = "") => $$"""
        current-context: x
        contexts:
        - name: x
          context: { cluster: c, user: {{user}} }
        clusters:
        - name: c
          cluster: { server: "{{server}}"{{(cluster.Length == 0 ? "" : ", " + cluster)}} }
        users:
        - name: {{user}}
          user: { {{login}} }
        """;

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
