using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Atrium.Server.Tests.Architecture;

/// <summary>Which part may use which. A new edge is a decision: draw it here with its reason.</summary>
public sealed class ArchitectureTests
{
    private const string Server = "Atrium.Server";

    /// <summary>The ground that every feature stands on. These use each other.</summary>
    private static readonly string[] Ground = ["Hosting", "Resources"];

    private static readonly ArchUnitNET.Domain.Architecture Code = new ArchLoader()
        .LoadAssemblies(typeof(Program).Assembly, typeof(Contracts.ResourceId).Assembly, typeof(Persistence.IAtriumStore).Assembly, typeof(Inference.EmbeddedModels).Assembly, typeof(Atrium.Storage.StorageException).Assembly, typeof(Atrium.Portal.Hosting.PortalSetup).Assembly)
        .Build();

    [Fact]
    public void A_feature_uses_another_only_along_a_drawn_edge()
    {
        var found = Edges().ToHashSet();
        var drawn = Drawing.Edges.Select(edge => (edge.From, edge.To)).ToHashSet();
        var wrong = found.Except(drawn).Select(edge => $"{edge.From} uses {edge.To}: not drawn")
            .Concat(drawn.Except(found).Select(edge => $"{edge.From} uses {edge.To}: drawn, but nothing uses it"));
        var said = string.Join("\n", wrong.Order(StringComparer.Ordinal));
        Assert.True(said.Length == 0, said);
    }

    [Fact]
    public void No_feature_depends_on_itself_over_others()
    {
        var uses = Drawing.Edges.ToLookup(edge => edge.From, edge => edge.To);
        foreach (var feature in uses.Select(group => group.Key))
        {
            Assert.DoesNotContain(feature, Reachable(feature, uses));
        }
    }

    [Theory]
    [InlineData("Atrium.Contracts", "Atrium.", "Microsoft.AspNetCore", "Microsoft.Extensions")]
    [InlineData("Atrium.Persistence", "Atrium.Server", "Atrium.Inference", "Microsoft.AspNetCore", "Microsoft.Extensions")]
    [InlineData("Atrium.Storage", "Atrium.Server", "Atrium.Contracts", "Atrium.Inference", "Microsoft.AspNetCore", "Microsoft.Extensions", "Microsoft.Data", "Npgsql")]
    [InlineData("Atrium.Inference", "Atrium.Server", "Atrium.Contracts", "Atrium.Persistence", "Microsoft.AspNetCore", "Microsoft.Extensions", "Microsoft.Data", "Npgsql")]
    [InlineData("Atrium.Portal", "Atrium.Server", "Atrium.Persistence", "Atrium.Inference", "Microsoft.Data", "Npgsql")]
    public void A_project_knows_only_what_it_may(string project, params string[] unknown)
    {
        var used = TypesOf(project)
            .SelectMany(type => type.Dependencies)
            .Where(dependency => dependency.Target is not GenericParameter) // The reader takes parameters of the same name in two projects for one.
            .Select(dependency => dependency.Target.Namespace?.FullName ?? "")
            .Where(name => !name.StartsWith(project, StringComparison.Ordinal))
            .Distinct();
        Assert.DoesNotContain(used, name => unknown.Any(forbidden => name.StartsWith(forbidden, StringComparison.Ordinal)));
    }

    /// <summary>Features that use features. What all may use, and the one list that composes all (<c>Program</c>), is left out.</summary>
    private static IEnumerable<(string From, string To)> Edges() => TypesOf(Server)
        .SelectMany(type => type.Dependencies
            .Where(dependency => dependency.Target is not GenericParameter) // As above: 'T' of one feature is taken for that of another.
            .Select(dependency => (From: FeatureOf(type), To: FeatureOf(dependency.Target))))
        .Where(edge => edge.From.Length > 0 && edge.To.Length > 0 && edge.From != edge.To && !Ground.Contains(edge.To))
        .Distinct();

    private static IEnumerable<IType> TypesOf(string project) => Code.Types.Where(type => Belongs(type, project));

    private static bool Belongs(IType type, string project) =>
        type.Namespace?.FullName is { } name && (name == project || name.StartsWith(project + ".", StringComparison.Ordinal));

    /// <summary>The folder below the server's root; empty for the root itself and for other projects.</summary>
    private static string FeatureOf(IType type) =>
        Belongs(type, Server) && type.Namespace.FullName.Length > Server.Length ? type.Namespace.FullName[(Server.Length + 1)..].Split('.')[0] : "";

    private static HashSet<string> Reachable(string from, ILookup<string, string> uses)
    {
        var reached = new HashSet<string>();
        var next = new Stack<string>(uses[from]);
        while (next.TryPop(out var feature))
        {
            if (reached.Add(feature))
            {
                foreach (var further in uses[feature])
                {
                    next.Push(further);
                }
            }
        }

        return reached;
    }
}
