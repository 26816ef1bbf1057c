using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Tests.Support;

namespace Kubernetes.Client.Tests;

/// <summary>The other end vanishes without a word: connections stay open, and nothing comes any more.</summary>
public sealed class DeadConnectionTests : IAsyncLifetime
{
    private TestApiServer _server = null!;
    private SilentRelay _relay = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestApiServer.StartAsync(o => o with { BookmarkInterval = TimeSpan.FromMinutes(10) });
        _relay = new SilentRelay(_server.Server.Uri);
    }

    public async ValueTask DisposeAsync()
    {
        _relay.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_watch_without_any_deadline_of_its_own_ends_as_unreachable()
    {
        var configuration = _server.Configuration with { Server = _relay.Address, TlsServerName = _server.Server.Uri.Host };
        using var client = new KubernetesClient(configuration, new KubernetesClientOptions { DeadAfter = TimeSpan.FromSeconds(4) });
        var list = await client.ListAsync<V1ConfigMap>(new ListOptions { Namespace = "default" }, TestContext.Current.CancellationToken);
        await using var watch = client
            .WatchAsync<V1ConfigMap>(new WatchOptions { Namespace = "default", ResourceVersion = list.Metadata.ResourceVersion }, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = watch.MoveNextAsync().AsTask();
        await Eventually.IsTrue(() => _server.Server.Requests.Count("watch") == 1, "the watch is open");

        _relay.IsSilent = true;
        var clock = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => next.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal(KubernetesError.Unreachable, failure.Error);
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(1), "it was the silence that ended it");
    }

    /// <summary>Passes bytes on until it is told to keep them.</summary>
    private sealed class SilentRelay : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly ConcurrentBag<TcpClient> _open = [];
        private readonly Uri _target;

        public SilentRelay(Uri target)
        {
            _target = target;
            _listener.Start();
            _ = AcceptAsync();
        }

        public Uri Address => new($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

        public bool IsSilent { get; set; }

        public void Dispose()
        {
            _listener.Dispose();
            foreach (var client in _open)
            {
                client.Dispose();
            }
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var near = await _listener.AcceptTcpClientAsync();
                    var far = new TcpClient();
                    _open.Add(near);
                    _open.Add(far);
                    await far.ConnectAsync(_target.Host, _target.Port);
                    _ = PassAsync(near.GetStream(), far.GetStream());
                    _ = PassAsync(far.GetStream(), near.GetStream());
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The regular end.
            }
        }

        private async Task PassAsync(NetworkStream from, NetworkStream to)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                int read;
                while ((read = await from.ReadAsync(buffer)) > 0)
                {
                    if (!IsSilent)
                    {
                        await to.WriteAsync(buffer.AsMemory(0, read));
                    }
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // One end has gone.
            }
        }
    }
}
