using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Kubernetes.Client.Configuration;

namespace Kubernetes.Client.Tests;

/// <summary>Credential plugins: real programs (shell scripts) that a kubeconfig names.</summary>
public sealed class ExecTokenTests : IDisposable
{
    private const string Version = "client.authentication.k8s.io/v1";

    private readonly string _folder = Directory.CreateTempSubdirectory("exec-tests-").FullName;
    private readonly TickingTime _time = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_token_is_kept_until_it_runs_out_or_is_refused()
    {
        var token = Token($$$"""
            echo x >> {{{_folder}}}/runs
            echo '{"kind":"ExecCredential","apiVersion":"{{{Version}}}","status":{"token":"t'$(wc -l < {{{_folder}}}/runs)'","expirationTimestamp":"{{{_time.GetUtcNow().AddMinutes(5):O}}}"}}'
            """);
        Assert.Equal(["t1", "t1"], await Task.WhenAll(Ask(token), Ask(token)));
        Assert.Equal("t2", await Ask(token, refused: "t1"));
        Assert.Equal("t2", await Ask(token, refused: "t1"));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("t3", await Ask(token));
    }

    [Fact]
    public async Task The_plugin_gets_its_arguments_variables_and_the_cluster_and_no_terminal()
    {
        var token = Token(
            $$$"""
            cat > {{{_folder}}}/input
            echo "$KUBERNETES_EXEC_INFO" > {{{_folder}}}/info
            echo '{"kind":"ExecCredential","apiVersion":"{{{Version}}}","status":{"token":"'$1-$GREETING'"}}'
            """,
            "args: [one], env: [{name: GREETING, value: hello}], provideClusterInfo: true");
        Assert.Equal("one-hello", await Ask(token));
        var info = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "info"), TestContext.Current.CancellationToken))!;
        Assert.Equal((Version, false), ((string?)info["apiVersion"], (bool)info["spec"]!["interactive"]!));
        Assert.Equal("https://x", (string?)info["spec"]!["cluster"]!["server"]);
        Assert.Equal("", await File.ReadAllTextAsync(Path.Combine(_folder, "input"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_certificate_will_do_instead_of_a_token()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=me", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var answer = new JsonObject
        {
            ["kind"] = "ExecCredential",
            ["apiVersion"] = Version,
            ["status"] = new JsonObject { ["clientCertificateData"] = certificate.ExportCertificatePem(), ["clientKeyData"] = key.ExportPkcs8PrivateKeyPem() },
        };
        await File.WriteAllTextAsync(Path.Combine(_folder, "answer"), answer.ToJsonString(), TestContext.Current.CancellationToken);
        var token = (ExecTokenSource)Token($"cat {_folder}/answer");
        Assert.Null(token.ClientCertificate);
        Assert.Equal("", await Ask(token));
        Assert.Equal("CN=me", token.ClientCertificate!.Subject);
    }

    [Theory]
    [InlineData("echo no luck >&2; exit 3", "exit code 3: no luck")]
    [InlineData("echo nonsense", "no ExecCredential")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"t"}}'""", "v1beta1")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}'""", "neither a token nor a certificate")]
    public async Task What_is_wrong_with_a_plugin_is_told_and_it_is_run_again(string script, string expected)
    {
        var token = Token($"test -e {_folder}/mended && exec cat {_folder}/mended; {script}");
        var failure = await Assert.ThrowsAsync<KubernetesConfigurationException>(() => Ask(token));
        Assert.Contains(expected, failure.Message);
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "mended"), $$$"""{"kind":"ExecCredential","apiVersion":"{{{Version}}}","status":{"token":"t"}}""", TestContext.Current.CancellationToken);
        Assert.Equal("t", await Ask(token));
    }

    [Fact]
    public async Task A_missing_plugin_is_told_with_its_hint()
    {
        var token = Configure("command: ./missing, installHint: Ask Joe.");
        var failure = await Assert.ThrowsAsync<KubernetesConfigurationException>(() => Ask(token));
        Assert.Contains(Path.Combine(_folder, "./missing"), failure.Message);
        Assert.EndsWith("Ask Joe.", failure.Message);
    }

    private static Task<string> Ask(ITokenSource token, string? refused = null) =>
        token.GetTokenAsync(refused, TestContext.Current.CancellationToken).AsTask();

    private ITokenSource Token(string script, string more = "")
    {
        var path = Path.Combine(_folder, "plugin");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return Configure($"command: ./plugin{(more.Length == 0 ? "" : ", " + more)}");
    }

    private ITokenSource Configure(string exec)
    {
        var path = Path.Combine(_folder, "config");
        File.WriteAllText(path, $$$$"""
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://x"}}]
            users: [{name: u, user: {exec: {apiVersion: "{{{{Version}}}}", {{{{exec}}}} }}}]
            """);
        return KubernetesClientConfiguration.FromKubeconfig([path], time: _time).Token!;
    }
}
