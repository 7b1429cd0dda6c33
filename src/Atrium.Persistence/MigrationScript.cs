using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Atrium.Persistence;

/// <summary>A numbered script that brings the schema one step on.</summary>
internal sealed record MigrationScript(int Number, string Name, string Sql)
{
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>The scripts of one database, in order. They are embedded as <c>{database}.Migrations.{number}_{name}.sql</c>.</summary>
    public static IReadOnlyList<MigrationScript> All(string database)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var prefix = $"{typeof(MigrationScript).Namespace}.{database}.Migrations.";
        return [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read)];

        MigrationScript Read(string resource)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var name = Path.GetFileNameWithoutExtension(resource[prefix.Length..]);
            return new(int.Parse(name[..name.IndexOf('_', StringComparison.Ordinal)], CultureInfo.InvariantCulture), name, reader.ReadToEnd());
        }
    }

    /// <summary>Those still to be applied.</summary>
    /// <exception cref="StoreTooNewException">The database has one that this program does not know.</exception>
    /// <exception cref="InvalidOperationException">One that was applied has been edited since.</exception>
    public static IEnumerable<MigrationScript> Pending(IReadOnlyList<MigrationScript> known, IReadOnlyList<(int Number, string Checksum)> applied)
    {
        var newest = known[^1].Number;
        foreach (var (number, checksum) in applied)
        {
            if (number > newest)
            {
                throw new StoreTooNewException(applied[^1].Number, newest);
            }

            if (known.First(s => s.Number == number).Checksum != checksum)
            {
                throw new InvalidOperationException($"Migration {number} differs from the one that was applied to this database.");
            }
        }

        return known.Where(s => applied.All(a => a.Number != s.Number));
    }
}
