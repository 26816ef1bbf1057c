using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Kubernetes.Conformance.Support;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Tests.Support;

/// <summary>An API server of its own for a test class, with the definition of the platforms installed.</summary>
public class ServerFixture : IAsyncLifetime
{
    public const string Token = "secret-of-the-tests";

    public KubeApiServer Server { get; private set; } = null!;

    public IClusterApi Api => Server.Api;

    public HttpApi Http { get; private set; } = null!;

    public FakePodLogs Logs { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Server = await KubeApiServer.StartAsync(new ApiServerOptions
        {
            Address = IPAddress.Parse("127.61.1.1"),
            Tokens = [new ApiToken(Token)],
            PodLogs = Logs,
            ServiceAddresses = (IPAddress.Parse("127.61.200.1"), IPAddress.Parse("127.61.200.6")),
            BookmarkInterval = TimeSpan.FromMilliseconds(100),
        });
        Http = NewHttp("tests/1.0");
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A client of its own, which trusts the server's certificate only.</summary>
    public HttpApi NewHttp(string userAgent)
    {
        var trusted = X509Certificate2.CreateFromPem(Server.CertificatePem);
        var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == trusted.GetCertHashString() },
        })
        {
            BaseAddress = Server.Uri,
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd(userAgent);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return new HttpApi(client);
    }

    /// <summary>A fresh namespace, so that tests of a class don't meet.</summary>
    public string Namespace(string name)
    {
        Api.Create(ResourceTypes.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }, "tests");
        return name;
    }
}
