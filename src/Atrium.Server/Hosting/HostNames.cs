using Atrium.Server.Hosting.Instance;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Hosting;

/// <summary>
/// Where accounts, vaults, registries and storage accounts are reached. By path under the one host; with <c>Listen:HostSuffix</c> each also has a host of its own, which
/// serves it alone: ACCOUNT.SUFFIX is /ai/ACCOUNT, VAULT.vault.SUFFIX is /vaults/VAULT, REGISTRY.registry.SUFFIX is /registries/REGISTRY, and STORAGE.blob.SUFFIX is
/// /STORAGE.blob, STORAGE.file.SUFFIX is /STORAGE.file.
/// </summary>
internal sealed class HostNames(IOptions<AtriumOptions> options, ServerAddresses addresses)
{
    private const string VaultLabel = ".vault";
    private const string RegistryLabel = ".registry";
    private const string BlobLabel = ".blob";
    private const string FileLabel = ".file";

    public string OfAccount(string name) => Of(name, $"/ai/{name}/");

    public string OfVault(string name) => Of(name + VaultLabel, $"/vaults/{name}/");

    /// <summary>What the names of a registry's images begin with for container tools: a host of its own, else the one host and the registry's name. Without a scheme, as they take it.</summary>
    public string OfRegistry(string name) => new Uri(Of(name.ToLowerInvariant() + RegistryLabel, $"/{name.ToLowerInvariant()}")) is var address ? $"{address.Authority}{address.AbsolutePath}".TrimEnd('/') : "";

    /// <summary>One part of the path has the account and the service: the .NET client takes one for the account where the host is an IP address.</summary>
    public string OfBlobs(string name) => Of(name + BlobLabel, $"/{name}{BlobLabel}/");

    public string OfFiles(string name) => Of(name + FileLabel, $"/{name}{FileLabel}/");

    /// <summary>The path that a host stands for; null for any other host. Pure.</summary>
    public static string? PathOf(string host, string suffix)
    {
        if (!host.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var label = host[..^(suffix.Length + 1)];
        var service = Array.Find([VaultLabel, RegistryLabel, BlobLabel, FileLabel], end => label.EndsWith(end, StringComparison.OrdinalIgnoreCase)) ?? "";
        var name = label[..^service.Length];
        return name.Length == 0 || name.Contains('.', StringComparison.Ordinal) ? null : service switch
        {
            VaultLabel => $"/vaults/{name}",
            RegistryLabel => $"/registries/{name}",
            "" => $"/ai/{name}",
            _ => $"/{name}{service}",
        };
    }

    private string Of(string label, string path) => options.Value.Listen.HostSuffix is { } suffix
        ? $"https://{label}.{suffix}:{new Uri(addresses.Https).Port}/"
        : addresses.Https + path;
}

/// <summary>Leads a call of an account's, a vault's or a registry's own host to its path.</summary>
internal static class HostNameRouting
{
    public static void UseHostNames(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<AtriumOptions>>().Value.Listen.HostSuffix is not { } suffix)
        {
            return;
        }

        app.Use((context, next) =>
        {
            if (HostNames.PathOf(context.Request.Host.Host, suffix) is { } path)
            {
                context.Request.Path = path + context.Request.Path;
            }

            return next(context);
        });
    }
}
