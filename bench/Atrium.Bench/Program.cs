using Atrium.Bench;

// ./bench/run [start|resources|embeddings|quality] ... : all of them when none is named.
var wanted = args.Length > 0 ? args : ["start", "resources", "embeddings", "quality"];
foreach (var name in wanted)
{
    switch (name)
    {
        case "start":
            await StartBench.RunAsync();
            break;
        case "resources":
            await ResourceBench.RunAsync();
            break;
        case "embeddings":
            await EmbeddingBench.RunAsync();
            break;
        case "quality":
            await QualityBench.RunAsync();
            break;
        default:
            Console.Error.WriteLine($"'{name}' is none of start, resources, embeddings, quality.");
            return 2;
    }
}

return 0;
