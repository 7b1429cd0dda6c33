using Atrium.Server.Hosting.Instance;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Hosting;

/// <summary>
/// Where accounts and vaults are reached. By path under the one host; with <c>Listen:HostSuffix</c> each also has a host of its own, which serves it alone:
/// ACCOUNT.SUFFIX is /ai/ACCOUNT, and VAULT.vault.SUFFIX is /vaults/VAULT.
/// </summary>
internal sealed class HostNames(IOptions<AtriumOptions> options, ServerAddresses addresses)
{
    private const string VaultLabel = ".vault";

    public string OfAccount(string name) => Of(name, $"/ai/{name}/");

    public string OfVault(string name) => Of(name + VaultLabel, $"/vaults/{name}/");

    /// <summary>The path that a host stands for; null for any other host. Pure.</summary>
    public static string? PathOf(string host, string suffix)
    {
        if (!host.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var name = host[..^(suffix.Length + 1)];
        var isVault = name.EndsWith(VaultLabel, StringComparison.OrdinalIgnoreCase);
        name = isVault ? name[..^VaultLabel.Length] : name;
        return name.Length == 0 || name.Contains('.', StringComparison.Ordinal) ? null : $"/{(isVault ? "vaults" : "ai")}/{name}";
    }

    private string Of(string label, string path) => options.Value.Listen.HostSuffix is { } suffix
        ? $"https://{label}.{suffix}:{new Uri(addresses.Https).Port}/"
        : addresses.Https + path;
}

/// <summary>Leads a call of an account's or a vault's own host to its path.</summary>
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
