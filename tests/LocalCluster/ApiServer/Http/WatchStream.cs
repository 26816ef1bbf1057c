using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Faults;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Storage;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.ApiServer.Http;

/// <summary>The wire side of a watch: event lines, and the place where a fault cuts it.</summary>
internal sealed class WatchStream(HttpContext http, ObjectPresenter presenter, Fault? fault)
{
    private int _sent;

    public Task SendAsync(string type, StoredObject value, CancellationToken cancellationToken) =>
        SendCountedAsync(ObjectPresenter.ShowEvent(type, presenter.Show(value).Span), cancellationToken);

    public Task SendBookmarkAsync(long version, bool endsInitialEvents, CancellationToken cancellationToken) =>
        SendCountedAsync(presenter.ShowBookmark(version, endsInitialEvents), cancellationToken);

    /// <summary>The last event of a watch that cannot go on.</summary>
    public async Task SendErrorAsync(ApiException error, CancellationToken cancellationToken)
    {
        await SendAsync(ObjectPresenter.ShowEvent("ERROR", JsonText.ToUtf8(StatusBody.Of(error))), cancellationToken);
        await http.Response.Body.FlushAsync(cancellationToken);
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await http.Response.Body.FlushAsync(cancellationToken);
        Misbehave();
    }

    private Task SendAsync(byte[] line, CancellationToken cancellationToken) => http.Response.Body.WriteAsync(line, cancellationToken).AsTask();

    private async Task SendCountedAsync(byte[] line, CancellationToken cancellationToken)
    {
        await SendAsync(line, cancellationToken);
        _sent++;
        if (fault is not null)
        {
            await FlushAsync(cancellationToken);
        }
    }

    private void Misbehave()
    {
        if (_sent >= fault?.EndWatchAfter)
        {
            throw new OperationCanceledException("a fault ends the watch");
        }

        if (_sent >= fault?.CutWatchAfter)
        {
            http.Abort();
            throw new OperationCanceledException("a fault cuts the watch", http.RequestAborted);
        }

        if (_sent >= fault?.ExpireWatchAfter)
        {
            throw ApiErrors.Expired(1, 2);
        }
    }
}
