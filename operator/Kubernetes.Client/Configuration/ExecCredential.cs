using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kubernetes.Client.Configuration;

/// <summary>What a credential plugin has answered: a token, a certificate, or both.</summary>
internal sealed record ExecCredential(string? Token, X509Certificate2? Certificate, DateTimeOffset? Expires)
{
    /// <summary>What the plugin is told, in <c>KUBERNETES_EXEC_INFO</c>.</summary>
    public static string Request(ExecCommand command)
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (command.Cluster is { } cluster)
        {
            spec["cluster"] = new JsonObject
            {
                ["server"] = cluster.Server.OriginalString,
                ["tls-server-name"] = cluster.TlsServerName,
                ["insecure-skip-tls-verify"] = cluster.InsecureSkipTlsVerify,
                ["certificate-authority-data"] = cluster.CertificateAuthorityData,
            };
        }

        return new JsonObject { ["kind"] = "ExecCredential", ["apiVersion"] = command.ApiVersion, ["spec"] = spec }.ToJsonString();
    }

    /// <summary>Reads the plugin's answer.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static ExecCredential Parse(string text, string apiVersion)
    {
        try
        {
            var answer = JsonNode.Parse(text);
            if ((string?)answer?["kind"] != "ExecCredential" || (string?)answer["apiVersion"] != apiVersion)
            {
                throw new FormatException($"it answers {answer?["apiVersion"]} {answer?["kind"]}, the kubeconfig says {apiVersion} ExecCredential");
            }

            var status = answer["status"];
            var (certificate, key) = ((string?)status?["clientCertificateData"], (string?)status?["clientKeyData"]);
            var token = (string?)status?["token"];
            if (string.IsNullOrEmpty(token) && string.IsNullOrEmpty(certificate))
            {
                throw new FormatException("its answer has neither a token nor a certificate");
            }

            var expires = status?["expirationTimestamp"]?.GetValue<DateTimeOffset>();
            return new ExecCredential(token, string.IsNullOrEmpty(certificate) ? null : X509Certificate2.CreateFromPem(certificate, key), expires);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException("its answer is no ExecCredential", e);
        }
        catch (CryptographicException e)
        {
            throw new FormatException("its clientCertificateData and clientKeyData do not fit together", e);
        }
    }
}
