using System.Buffers;

namespace Todo.Backend.Http;

/// <summary>Reads a small JSON body whole: it is hashed as well as parsed.</summary>
internal static class RequestBody
{
    public const int MaxBytes = 128 * 1024;

    /// <exception cref="BadHttpRequestException">413 or 415.</exception>
    public static async ValueTask<byte[]> ReadAsync(HttpRequest request, bool json, CancellationToken cancellationToken)
    {
        if (json && !request.HasJsonContentType())
        {
            throw new BadHttpRequestException("", StatusCodes.Status415UnsupportedMediaType);
        }

        if (request.ContentLength > MaxBytes)
        {
            throw TooLarge();
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.Length > MaxBytes)
            {
                // Handed back, so that the server can read the rest away and the caller gets to see the answer.
                reader.AdvanceTo(result.Buffer.End);
                throw TooLarge();
            }

            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static BadHttpRequestException TooLarge() => new("", StatusCodes.Status413PayloadTooLarge);
}
