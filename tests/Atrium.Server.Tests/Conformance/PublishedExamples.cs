using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Conformance;

/// <summary>One hub that all published examples are played against, each spec once.</summary>
public sealed class PublishedExamples : IAsyncLifetime
{
    /// <summary>In the order of the table in the documentation.</summary>
    public static readonly string[] Specs =
    [
        "arm-authorization/2022-04-01/authorization-DenyAssignmentCalls.json",
        "arm-authorization/2022-04-01/authorization-ProviderOperationsCalls.json",
        "arm-authorization/2022-04-01/authorization-RoleAssignmentsCalls.json",
        "arm-authorization/2022-04-01/authorization-RoleDefinitionsCalls.json",
        "arm-cognitiveservices/2023-05-01/cognitiveservices.json",
        "arm-cognitiveservices/2024-06-01-preview/cognitiveservices.json",
        "arm-keyvault/2023-07-01/keyvault.json",
        "arm-keyvault/2023-07-01/providers.json",
        "arm-resources/2024-07-01/resources.json",
        "arm-machinelearning/2024-04-01/machineLearningServices.json",
        "arm-machinelearning/2024-04-01/workspaceFeatures.json",
        "arm-machinelearning/2024-07-01-preview/workspaceRP.json",
        "aoai-inference/2024-06-01/generated.json",
        "aoai-inference/2024-06-01/inference.json",
        "aoai-inference/2024-07-01-preview/inference.json",
        "content-safety/2023-10-01/contentsafety.json",
        "content-safety/2024-02-15-preview/contentsafety.json",
        "content-safety/2024-09-01/contentsafety.json",
        "image-analysis/2023-10-01/generated.json",
        "image-analysis/UnifiedVision/stable/2023-10-01/UnifiedVision.json",
        "image-analysis/UnifiedVision/stable/2024-02-01/UnifiedVision.json",
        "translator/v3.0/TranslatorText.json",
        "speech/v3.2/speechtotext.json",
        "speech/2024-04-01/batchsynthesis.json",
    ];

    private readonly Dictionary<string, SpecOutcome> outcomes = [];
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly TempFolder texts = new();
    private HubServer? hub;
    private EmbeddedService? service;

    /// <summary>Whether the folder of published specs is beside the checkout.</summary>
    public static bool AreHere => SpecFile.Folder is not null;

    public ValueTask InitializeAsync()
    {
        texts.Write("text.txt", "A text that is protected, so that there is one to compare the texts of the examples with.");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (hub is not null)
        {
            await hub.DisposeAsync();
        }

        texts.Dispose();
        turn.Dispose();
    }

    internal async Task<SpecOutcome> PlayAsync(string spec)
    {
        await turn.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (outcomes.TryGetValue(spec, out var known))
            {
                return known;
            }

            hub ??= await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Safety:ProtectedTexts", texts.Path, "--Network:AllowedPrivateRanges:0", "127.0.0.1/32"]);
            var file = SpecFile.Load(Path.Combine(SpecFile.Folder!, spec));
            var played = new List<(ExampleCase, Outcome)>();
            if (DataPlaneRun.RootOf(spec) is { } root)
            {
                service ??= await EmbeddedService.MakeAsync(hub.Client);
                var run = new DataPlaneRun(hub.Client, root, service);
                foreach (var example in file.ExamplesOfAnyVersion())
                {
                    played.Add((example, await run.PlayAsync(example)));
                }
            }
            else
            {
                var examples = file.Examples().ToList();
                var run = new ExampleRun(hub.Client, examples);
                foreach (var example in examples)
                {
                    played.Add((example, await run.PlayAsync(example)));
                }
            }

            return outcomes[spec] = new(spec, played);
        }
        finally
        {
            turn.Release();
        }
    }
}
