using System.Net;
using System.Net.Http.Headers;
using Kubernetes.Client.Configuration;

namespace Kubernetes.Client.Http;

/// <summary>Logs in with a bearer token, and once more with a fresh one when it was refused.</summary>
internal sealed class TokenHandler(ITokenSource source) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await source.GetTokenAsync(null, cancellationToken);
        request.Headers.Authorization = Bearer(token);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || request.Content is not (null or ByteArrayContent))
        {
            return response;
        }

        var fresh = await source.GetTokenAsync(token, cancellationToken);
        if (fresh == token)
        {
            return response;
        }

        // 401 is answered before anything is done, so sending again is safe for every method.
        response.Dispose();
        request.Headers.Authorization = Bearer(fresh);
        return await base.SendAsync(request, cancellationToken);
    }

    private static AuthenticationHeaderValue? Bearer(string token) => token.Length == 0 ? null : new AuthenticationHeaderValue("Bearer", token);
}
