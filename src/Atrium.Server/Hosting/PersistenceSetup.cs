using System.Security.Cryptography;
using Atrium.Persistence;
using Atrium.Persistence.Rows;
using Atrium.Server.Identity;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Hosting;

/// <summary>The store, and what the installation keeps in it about itself.</summary>
internal static class PersistenceSetup
{
    private const string DataKeyName = "data-key";
    private const string TenantName = "tenant";
    private const string ActivityKeyName = "activity-key";

    public static IServiceCollection AddPersistence(this IServiceCollection services) => services
        .AddSingleton<IAtriumStore>(provider => new WatchedStore(
            Open(provider.GetRequiredService<IOptions<AtriumOptions>>().Value),
            provider.GetRequiredService<ChangeFeed>(),
            provider.GetRequiredService<ILogger<WatchedStore>>()))
        .AddSingleton<InstallationFacts>()
        .AddSingleton(provider => provider.GetRequiredService<InstallationFacts>().Tenant)
        .AddSingleton<ISecretCipher>(provider => provider.GetRequiredService<InstallationFacts>().Cipher);

    /// <summary>Migrates the database and reads the tenant and the data key, making them at the first start. Before the server listens.</summary>
    public static async Task PrepareStoreAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<IAtriumStore>();
        await store.MigrateAsync(cancellationToken);
        await services.GetRequiredService<IRowStore>().MigrateAsync(cancellationToken);
        var options = services.GetRequiredService<IOptions<AtriumOptions>>().Value;
        var wrapping = OpenMasterKey(options);
        await UseActivityKeyAsync(store, wrapping, options, cancellationToken);
        var fresh = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyFile.KeyBytes));
        var wrapped = await store.GetOrAddValueAsync(DataKeyName, wrapping.Encrypt(DataKeyName, "", fresh), cancellationToken);
        var tenant = await store.GetOrAddValueAsync(TenantName, Guid.NewGuid().ToByteArray(), cancellationToken);
        services.GetRequiredService<InstallationFacts>().Set(
            new(new Guid(tenant).ToString()),
            new SecretCipher(Unwrap(wrapping, DataKeyName, wrapped, options)));
        await services.GetRequiredService<Identity.Tokens.SigningKeys>().PrepareAsync(cancellationToken);
    }

    /// <summary>What the keys in the store are wrapped with.</summary>
    private static SecretCipher OpenMasterKey(AtriumOptions options) => new(KeyFile.ReadOrCreate(MasterKeyPath(options)));

    private static string MasterKeyPath(AtriumOptions options) => Path.Combine(options.Data, "keys", "master.key");

    /// <exception cref="InvalidOperationException">The key was wrapped with another master key: the database belongs to another data folder.</exception>
    private static byte[] Unwrap(SecretCipher wrapping, string name, byte[] wrapped, AtriumOptions options)
    {
        try
        {
            return Convert.FromBase64String(wrapping.Decrypt(name, "", wrapped));
        }
        catch (CryptographicException)
        {
            throw new InvalidOperationException(
                $"The master key '{MasterKeyPath(options)}' is not that of this database. Put the one there that lies in 'keys' of the data folder which the hub was made with: without it the stored secrets cannot be read.");
        }
    }

    /// <summary>The store of an installation for a check of its activity log without a server. Writes nothing. Null where there is no log yet.</summary>
    public static async Task<IAtriumStore?> OpenForCheckAsync(AtriumOptions options, CancellationToken cancellationToken)
    {
        var store = Open(options);
        if (await store.FindValueAsync(ActivityKeyName, cancellationToken) is not { } wrapped)
        {
            await store.DisposeAsync();
            return null;
        }

        store.UseActivityKey(Unwrap(OpenMasterKey(options), ActivityKeyName, wrapped, options));
        return store;
    }

    /// <summary>Reads the key of the activity log, making it at the first start.</summary>
    private static async Task UseActivityKeyAsync(IAtriumStore store, SecretCipher wrapping, AtriumOptions options, CancellationToken cancellationToken)
    {
        var fresh = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyFile.KeyBytes));
        var wrapped = await store.GetOrAddValueAsync(ActivityKeyName, wrapping.Encrypt(ActivityKeyName, "", fresh), cancellationToken);
        store.UseActivityKey(Unwrap(wrapping, ActivityKeyName, wrapped, options));
    }

    private static IAtriumStore Open(AtriumOptions options)
    {
        Directory.CreateDirectory(options.Data);
        return AtriumStore.Open(options.Database.Provider == "postgresql"
            ? new StoreOptions { Provider = "postgresql", ConnectionString = options.Database.ConnectionString }
            : new StoreOptions { Provider = "sqlite", Path = Path.Combine(options.Data, "atrium.db") });
    }
}

/// <summary>What is read from the store before the server starts.</summary>
internal sealed class InstallationFacts
{
    private Tenant? tenant;
    private SecretCipher? cipher;

    public Tenant Tenant => tenant ?? throw new InvalidOperationException("The store is not prepared.");

    public SecretCipher Cipher => cipher ?? throw new InvalidOperationException("The store is not prepared.");

    public void Set(Tenant known, SecretCipher opened) => (tenant, cipher) = (known, opened);
}
