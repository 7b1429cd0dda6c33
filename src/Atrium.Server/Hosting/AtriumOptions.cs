namespace Atrium.Server.Hosting;

/// <summary>What the operator wrote: command line, then environment (<c>ATRIUM_</c>, two underscores for a colon), then <c>--config</c> file, then <c>appsettings.json</c>.</summary>
internal sealed class AtriumOptions
{
    /// <summary>Folder of everything the hub keeps. Required.</summary>
    public string Data { get; set; } = "";

    public ListenOptions Listen { get; set; } = new();

    public DatabaseOptions Database { get; set; } = new();

    /// <summary>Address and ports.</summary>
    internal sealed class ListenOptions
    {
        /// <summary>Address of the HTTPS endpoint. Plain HTTP is always on loopback.</summary>
        public string Address { get; set; } = "127.0.0.1";

        /// <summary>Port of plain HTTP on loopback, for keys only. 0 takes a free one.</summary>
        public int Port { get; set; } = 8400;

        /// <summary>Port of HTTPS. Null: the next one after <see cref="Port"/>.</summary>
        public int? HttpsPort { get; set; }
    }

    /// <summary>The database.</summary>
    internal sealed class DatabaseOptions
    {
        /// <summary>sqlite or postgresql.</summary>
        public string Provider { get; set; } = "sqlite";

        /// <summary>For postgresql.</summary>
        public string? ConnectionString { get; set; }
    }
}
