using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Todo.Backend.Security;

/// <summary>Reads a JSON Web Key Set (RFC 7517) where the library expects a whole discovery document.</summary>
internal sealed class JwksRetriever : IConfigurationRetriever<OpenIdConnectConfiguration>
{
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        var keys = new JsonWebKeySet(await retriever.GetDocumentAsync(address, cancel));
        var configuration = new OpenIdConnectConfiguration { JwksUri = address };
        // A symmetric key that is published would let everybody make tokens.
        foreach (var key in keys.GetSigningKeys().Where(key => key is not SymmetricSecurityKey && !(key is JsonWebKey { Kty: JsonWebAlgorithmsKeyTypes.Octet })))
        {
            configuration.SigningKeys.Add(key);
        }

        return configuration;
    }
}
