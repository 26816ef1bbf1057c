namespace LocalCluster.ApiServer.Hosting;

/// <summary>The file by which <c>kubectl</c> and other clients find the server.</summary>
internal static class Kubeconfig
{
    public static string Render(Uri server, string certificatePem, string token, string user, string ns) =>
        $"""
        apiVersion: v1
        kind: Config
        current-context: local
        clusters:
        - name: local
          cluster:
            server: {server.GetLeftPart(UriPartial.Authority)}
            certificate-authority-data: {Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(certificatePem))}
        contexts:
        - name: local
          context:
            cluster: local
            user: {user}
            namespace: {ns}
        users:
        - name: {user}
          user:
            token: {token}

        """;
}
