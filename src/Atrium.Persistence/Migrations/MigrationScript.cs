using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Atrium.Persistence.Migrations;

/// <summary>A numbered script that brings the schema one step on.</summary>
internal sealed record MigrationScript(int Number, string Name, string Text)
{
    /// <summary>SHA-256 of the text, whatever line ends the checkout has.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text.ReplaceLineEndings("\n"))));

    /// <summary>The scripts of one schema on one database, in order: resources <c>{folder}.{number}_{name}.sql</c>.</summary>
    public static IReadOnlyList<MigrationScript> Embedded(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"Atrium.Persistence.{folder}.";
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal))
                .Select(resource => Read(assembly, resource, prefix))
                .OrderBy(script => script.Number),
        ];
    }

    private static MigrationScript Read(Assembly assembly, string resource, string prefix)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var parts = Path.GetFileNameWithoutExtension(resource[prefix.Length..]).Split('_', 2);
        return new(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], reader.ReadToEnd());
    }
}
