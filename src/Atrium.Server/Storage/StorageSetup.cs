using Atrium.Persistence.Rows;
using Atrium.Server.Hosting;
using Atrium.Storage.Blobs;
using Atrium.Storage.Contents;
using Atrium.Storage.Files;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Storage;

/// <summary>The engine of blobs and files, on the rows and the content store that the settings say.</summary>
internal static class StorageSetup
{
    /// <summary>A transaction's time is a moment older than its end.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Other nodes read too, and nobody here knows since when.</summary>
    private static readonly TimeSpan SharedGrace = TimeSpan.FromHours(1);

    public static IServiceCollection AddStorageEngine(this IServiceCollection services) => services
        .AddSingleton(provider => OpenRows(provider.GetRequiredService<IOptions<AtriumOptions>>().Value, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(ContentBackend.Open)
        .AddSingleton(provider => new FileFolders(
            provider.GetRequiredService<IOptions<StorageOptions>>().Value.Shares ?? Path.Combine(provider.GetRequiredService<IOptions<AtriumOptions>>().Value.Data, "storage", "shares")))
        .AddSingleton<FileShares>()
        .AddSingleton<FileStore>()
        .AddSingleton<FileSweep>()
        .AddSingleton<BlobRows>()
        .AddSingleton<BlobContainers>()
        .AddSingleton<BlobStore>()
        .AddSingleton<BlockStore>()
        .AddSingleton<AppendStore>()
        .AddSingleton<BlobReader>()
        .AddSingleton<BlobWriter>()
        .AddSingleton<BlobList>()
        .AddSingleton<BlobTags>()
        .AddSingleton<Uploads>()
        .AddSingleton<ReadGate>()
        .AddSingleton(provider => new BlobSweep(
            provider.GetRequiredService<BlobRows>(),
            provider.GetRequiredService<IContentStore>(),
            provider.GetRequiredService<ReadGate>(),
            provider.GetRequiredService<IOptions<AtriumOptions>>().Value.Database.Provider == AtriumOptions.DatabaseOptions.Sqlite ? Grace : SharedGrace));

    /// <summary>On SQLite a file of its own: many small writes of blobs do not wait for those of resources, and do not make them wait.</summary>
    private static IRowStore OpenRows(AtriumOptions options, TimeProvider clock)
    {
        if (options.Database.Provider == AtriumOptions.DatabaseOptions.PostgreSql)
        {
            return RowStore.Open(new() { Provider = options.Database.Provider, ConnectionString = options.Database.ConnectionString }, clock);
        }

        var folder = Path.Combine(options.Data, "storage");
        PrivateFile.CreateFolder(folder);
        return RowStore.Open(new() { Path = Path.Combine(folder, "rows.db") }, clock);
    }
}
