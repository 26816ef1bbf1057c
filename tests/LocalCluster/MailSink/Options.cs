using System.Net;

namespace LocalCluster.MailSink;

/// <summary>Command line of the mail sink.</summary>
/// <param name="Smtp">Where SMTP is spoken.</param>
/// <param name="Http">Where the mails are listed.</param>
/// <param name="Data">Folder that keeps the mails over a restart; null: memory only.</param>
internal sealed record Options(IPEndPoint Smtp, IPEndPoint Http, string? Data)
{
    public const string Help = """
        Usage: mailsink --smtp ADDRESS:PORT --http ADDRESS:PORT [--data FOLDER]

        An SMTP server that accepts every mail, delivers none and lists them over HTTP.

          --smtp   where to speak SMTP, for example 127.0.0.1:1025
          --http   where to list mails, for example 127.0.0.1:8025
          --data   keep the mails in FOLDER/mails.jsonl, so that a restart loses none

          GET    /mails?since=ID|TIME&to=…&subject=…&reminder=…&limit=…   JSON array, oldest first
          GET    /mails/count      {"count":…}, with the same filters
          DELETE /mails            forgets all
          GET    /failure          the failure mode
          PUT    /failure          {"mode":"temporary|permanent|close|none","at":"greeting|mail|rcpt|data|stored","times":3}
                                   times absent: until told otherwise. "stored" keeps the mail and fails only the answer
          GET    /healthz
        """;

    /// <summary>Null and a message when something is wrong.</summary>
    public static Options? Parse(IReadOnlyList<string> args, out string error)
    {
        IPEndPoint? smtp = null;
        IPEndPoint? http = null;
        string? data = null;
        error = "";
        for (var i = 0; i < args.Count; i += 2)
        {
            var name = args[i];
            if (name is not ("--smtp" or "--http" or "--data"))
            {
                error = $"unknown option '{name}'";
                return null;
            }

            if (i + 1 == args.Count)
            {
                error = $"{name} needs a value";
                return null;
            }

            var value = args[i + 1];
            if (name == "--data")
            {
                data = value;
            }
            else if (!IPEndPoint.TryParse(value, out var endPoint) || endPoint.Port == 0)
            {
                error = $"{name} '{value}' is not ADDRESS:PORT";
                return null;
            }
            else if (name == "--smtp")
            {
                smtp = endPoint;
            }
            else
            {
                http = endPoint;
            }
        }

        if (smtp is null || http is null)
        {
            error = $"{(smtp is null ? "--smtp" : "--http")} is missing";
            return null;
        }

        return new Options(smtp, http, data);
    }
}
