using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LocalCluster.Dependencies;

namespace Todo.Services.Tests.World;

/// <summary>
/// Exim, a mail server of the world, from Debian's package: encrypts and demands a login, keeps what it accepts in its queue and delivers nothing. A file in its folder makes it misbehave.
/// </summary>
public sealed class Exim : IAsyncDisposable
{
    public const string User = "todo";
    public const string Password = "a password of the tests";

    private const string Program = "/usr/sbin/exim4";
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;

    private readonly Daemon _process;
    private readonly string _folder;

    private Exim(Daemon process, string folder, Endpoint address)
    {
        _process = process;
        _folder = folder;
        Address = address;
    }

    /// <summary>How it can misbehave.</summary>
    public enum Fault
    {
        /// <summary>451 to every recipient.</summary>
        Later,

        /// <summary>550 to every recipient.</summary>
        Never,

        /// <summary>Ends once without a word when it hears of a recipient.</summary>
        DropAtRecipient,

        /// <summary>Ends once without a word when it has heard a mail, and keeps nothing.</summary>
        DropAfterData,

        /// <summary>Thinks for three seconds about every mail.</summary>
        Slow,
    }

    public Endpoint Address { get; }

    /// <summary>For the service's trust.</summary>
    public string Certificate => Path.Combine(_folder, "certificate.pem");

    public static bool IsInstalled => File.Exists(Program);

    /// <param name="offersTls">False: no STARTTLS, and the login in clear text.</param>
    public static async Task<Exim> StartAsync(Servers servers, bool offersTls = true)
    {
        Assert.SkipUnless(IsInstalled, "Exim is not installed (Debian: exim4-daemon-light).");
        var folder = Path.Combine(servers.Folder, "exim-" + Guid.NewGuid().ToString("N")[..6]);
        var address = Addresses.Next(2525);
        // Started by root it works as a user of its own, who has to write here; started by anybody else as that one.
        foreach (var part in (string[])["", "spool", "log"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path.Combine(folder, part), Everybody);
            }
        }

        await WriteCertificateAsync(folder, address.Host);
        var configuration = Path.Combine(folder, "exim.conf");
        await File.WriteAllTextAsync(configuration, Configuration(folder, address, offersTls));
        var process = await Daemon.StartAsync(
            new DaemonSpec
            {
                Name = "exim",
                Program = Program,
                Arguments = ["-C", configuration, "-bdf"],
                Folder = folder,
                LogFile = Path.Combine(folder, "exim.log"),
                Endpoints = [address],
            },
            CancellationToken.None);
        return new Exim(process, folder, address);
    }

    /// <summary>What the service has to know of it.</summary>
    public Dictionary<string, string> Settings() => new()
    {
        ["SMTP_HOST"] = Address.Host,
        ["SMTP_PORT"] = $"{Address.Port}",
        ["SMTP_USERNAME"] = User,
        ["SMTP_PASSWORD"] = Password,
        ["SSL_CERT_FILE"] = Certificate,
        ["CONSUME_DIRECT"] = "false",
    };

    public void Begin(Fault fault) => File.WriteAllText(FileOf(fault), "");

    public void End(Fault fault) => File.Delete(FileOf(fault));

    /// <summary>Whether a fault that strikes once is still to strike.</summary>
    public bool IsPending(Fault fault) => File.Exists(FileOf(fault));

    /// <summary>Every mail to this address that it has accepted: headers, an empty line, body.</summary>
    public List<string> MailsTo(string recipient)
    {
        var input = Path.Combine(_folder, "spool", "input");
        return !Directory.Exists(input) ? [] :
        [
            .. Directory.GetFiles(input, "*-H").Order()
                .Select(head => (Head: File.ReadAllText(head), Body: head[..^1] + "D"))
                .Where(mail => mail.Head.Split('\n').Contains(recipient))
                // The body's file begins with its own name.
                .Select(mail => mail.Head + "\n" + string.Join('\n', File.ReadAllLines(mail.Body).Skip(1))),
        ];
    }

    /// <summary>Lines of its log that contain this.</summary>
    public List<string> Log(string text)
    {
        using var file = new StreamReader(new FileStream(Path.Combine(_folder, "log", "mainlog"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. file.ReadToEnd().Split('\n').Where(line => line.Contains(text, StringComparison.Ordinal))];
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private string FileOf(Fault fault) => Path.Combine(_folder, fault.ToString());

    private static string Configuration(string folder, Endpoint address, bool offersTls)
    {
        string When(Fault fault) => $"condition = ${{if exists{{{folder}/{fault}}}}}";
        string DieOnce(Fault fault) => $"{When(fault)}\n        condition = ${{run{{/bin/sh -c \"rm {folder}/{fault}; kill -9 $pid\"}}{{yes}}{{yes}}}}";
        const string login = "${if and{{eq{$auth2}{" + User + "}}{eq{$auth3}{" + Password + "}}}}";
        return $$"""
            primary_hostname = mail.todo.example
            spool_directory = {{folder}}/spool
            log_file_path = {{folder}}/log/%slog
            log_selector = +pid +smtp_connection +tls_cipher
            keep_environment =
            local_interfaces = {{address.Host}}
            daemon_smtp_ports = {{address.Port}}
            queue_only = true
            smtp_accept_max = 100
            smtp_accept_queue_per_connection = 0
            smtp_enforce_sync = true
            tls_advertise_hosts = {{(offersTls ? "*" : "")}}
            tls_certificate = {{folder}}/certificate.pem
            tls_privatekey = {{folder}}/key.pem
            auth_advertise_hosts = {{(offersTls ? "${if eq{$tls_in_cipher}{}{}{*}}" : "*")}}
            acl_smtp_rcpt = recipient
            acl_smtp_data = data

            begin acl
            recipient:
              deny    message = 5.7.1 Relay access denied
                      !authenticated = *
              defer   {{When(Fault.Later)}}
              deny    {{When(Fault.Never)}}
              defer   {{DieOnce(Fault.DropAtRecipient)}}
              accept
            data:
              defer   {{DieOnce(Fault.DropAfterData)}}
              warn    {{When(Fault.Slow)}}
                      delay = 3s
              accept

            begin authenticators
            plain:
              driver = plaintext
              public_name = PLAIN
              server_prompts = :
              server_set_id = $auth2
              server_condition = {{login}}
            """.ReplaceLineEndings("\n") + "\n";
    }

    private static async Task WriteCertificateAsync(string folder, string host)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=mail.todo.example", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(host));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(Path.Combine(folder, "certificate.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}
