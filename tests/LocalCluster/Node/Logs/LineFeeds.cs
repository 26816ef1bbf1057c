namespace LocalCluster.Node.Logs;

/// <summary>Finds lines from the end of a file.</summary>
internal static class LineFeeds
{
    /// <summary>Offset of the first of the last <paramref name="count"/> lines.</summary>
    public static long StartOfTail(Stream file, int count)
    {
        var buffer = new byte[16 * 1024];
        var end = file.Length;
        var left = count + 1L;
        while (end > 0)
        {
            var length = (int)Math.Min(buffer.Length, end);
            file.Position = end - length;
            file.ReadExactly(buffer, 0, length);
            for (var i = length - 1; i >= 0; i--)
            {
                if (buffer[i] == '\n' && --left == 0)
                {
                    return end - length + i + 1;
                }
            }

            end -= length;
        }

        return 0;
    }
}
