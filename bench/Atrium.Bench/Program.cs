using Atrium.Bench;

// ./bench/run [name] ... : all of them when none is named.
var benches = new Dictionary<string, Func<Task>>
{
    ["start"] = StartBench.RunAsync,
    ["store"] = StoreBench.RunAsync,
    ["resources"] = ResourceBench.RunAsync,
    ["embeddings"] = EmbeddingBench.RunAsync,
    ["safety"] = SafetyBench.RunAsync,
    ["vision"] = VisionBench.RunAsync,
    ["reading"] = ReadingBench.RunAsync,
    ["quality"] = QualityBench.RunAsync,
    ["speech"] = SpeechBench.RunAsync,
    ["phrases"] = PhraseBench.RunAsync,
    ["speaking"] = SpeakingBench.RunAsync,
    ["speakers"] = SpeakerBench.RunAsync,
    ["languages"] = LanguageBench.RunAsync,
    ["diarization"] = DiarizationBench.RunAsync,
    ["blobs"] = BlobBench.RunAsync,
    ["secrets"] = SecretBench.RunAsync,
    ["registry"] = RegistryBench.RunAsync,
    ["portal"] = PortalBench.RunAsync,
    ["memory"] = MemoryBench.RunAsync,
};

if (args is [MemoryBench.One, var which])
{
    await MemoryBench.MeasureAsync(int.Parse(which, System.Globalization.CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["languages", LanguageBench.Train, var file])
{
    await LanguageBench.TrainAsync(file);
    return 0;
}

if (args is ["phrases", PhraseBench.Tune])
{
    await PhraseBench.TuneAsync();
    return 0;
}

if (args.FirstOrDefault(name => !benches.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"'{unknown}' is none of {string.Join(", ", benches.Keys)}.");
    return 2;
}

foreach (var name in args.Length > 0 ? args : [.. benches.Keys])
{
    await benches[name]();
}

return 0;
