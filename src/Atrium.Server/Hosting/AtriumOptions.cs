using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Hosting;

/// <summary>What the operator wrote: command line, then environment (<c>ATRIUM_</c>, two underscores for a colon), then <c>--config</c> file, then <c>appsettings.json</c>.</summary>
internal sealed class AtriumOptions : ISettingRules
{
    [Description("Folder of everything the hub keeps.")]
    [DefaultText("`$XDG_DATA_HOME/atrium`, that is `~/.local/share/atrium`")]
    public string Data { get; set; } = "";

    public ListenOptions Listen { get; set; } = new();

    public TlsOptions Tls { get; set; } = new();

    public DatabaseOptions Database { get; set; } = new();

    public IEnumerable<SettingProblem> Check()
    {
        if (Listen.Address is not (ListenOptions.Localhost or ListenOptions.Everywhere) && !IPAddress.TryParse(Listen.Address, out _))
        {
            yield return new("Listen:Address", Listen.Address, "localhost, * (every address of this machine) or an IP address");
        }

        if (Listen.HostSuffix is { } suffix && (Uri.CheckHostName(suffix) != UriHostNameType.Dns || suffix.StartsWith('.') || suffix.EndsWith('.')))
        {
            yield return new("Listen:HostSuffix", suffix, "a DNS name such as ai.example.org, without a dot at its ends");
        }

        if (Listen is { Port: not 0 } && Listen.HttpsPort == Listen.Port)
        {
            yield return new("Listen:HttpsPort", $"{Listen.HttpsPort}", "another number than Listen:Port has");
        }

        if (Listen is { Port: 65535, HttpsPort: null })
        {
            yield return new("Listen:HttpsPort", "nothing", "a number, since there is no port after 65535");
        }

        foreach (var (key, file) in new[] { ("Tls:CertificateFile", Tls.CertificateFile), ("Tls:KeyFile", Tls.KeyFile) })
        {
            if (file is not null && !File.Exists(file))
            {
                yield return new(key, file, "the path of a file that is there");
            }
        }

        if (Tls.CertificateFile is null != Tls.KeyFile is null)
        {
            var (given, missing) = Tls.KeyFile is null ? ("Tls:CertificateFile", "Tls:KeyFile") : ("Tls:KeyFile", "Tls:CertificateFile");
            yield return new(missing, "nothing", $"the path of a file, since {given} is given");
        }

        if (Database.Provider == DatabaseOptions.PostgreSql && string.IsNullOrWhiteSpace(Database.ConnectionString))
        {
            yield return new("Database:ConnectionString", "nothing", "a connection string, since Database:Provider is postgresql");
        }
    }

    /// <summary>Address and ports.</summary>
    internal sealed class ListenOptions
    {
        public const string Localhost = "localhost";
        public const string Everywhere = "*";

        [Description("Address of the HTTPS endpoint. Plain HTTP is always on loopback.")]
        [AllowedText("localhost, * (every address of this machine) or an IP address")]
        public string Address { get; set; } = Localhost;

        [Description("Port of plain HTTP on loopback, for keys only. 0 takes a free one.")]
        [Range(0, 65535)]
        public int Port { get; set; } = 8400;

        [Description("Port of HTTPS. 0 takes a free one.")]
        [Range(0, 65535)]
        [DefaultText("the one after Listen:Port; a free one when that is 0")]
        public int? HttpsPort { get; set; }

        [Description("DNS suffix under which every AI services account and vault also has a host name of its own: ACCOUNT.SUFFIX and VAULT.vault.SUFFIX. *.SUFFIX and *.vault.SUFFIX must lead to this machine. Their addresses are shown in that form then; by path they are reached as ever.")]
        [AllowedText("a DNS name such as ai.example.org")]
        [DefaultText("nothing: everything by path, no DNS needed")]
        public string? HostSuffix { get; set; }
    }

    /// <summary>The HTTPS certificate.</summary>
    internal sealed class TlsOptions
    {
        [Description("PEM file of a certificate (and the ones up to its authority) for callers who use one of its host names. Read again when it changes. Everybody else gets a certificate of the installation's own authority.")]
        public string? CertificateFile { get; set; }

        [Description("PEM file of the certificate's private key, without a password.")]
        public string? KeyFile { get; set; }

        [Description("More host names and IP addresses for the installation's own certificate. localhost, 127.0.0.1, ::1 and the machine's name are always in it.")]
        public string[] Names { get; set; } = [];
    }

    /// <summary>The database.</summary>
    internal sealed class DatabaseOptions
    {
        public const string Sqlite = "sqlite";
        public const string PostgreSql = "postgresql";

        [Description("Which database keeps the hub.")]
        [AllowedValues(Sqlite, PostgreSql)]
        public string Provider { get; set; } = Sqlite;

        [Description("Where PostgreSQL is and how to sign in.")]
        [PasswordPropertyText(true)]
        public string? ConnectionString { get; set; }
    }
}
