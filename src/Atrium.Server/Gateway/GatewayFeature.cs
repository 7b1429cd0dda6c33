using Atrium.Server.Egress;
using Atrium.Server.Gateway.Batches;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Embedded;
using Atrium.Server.Gateway.Files;
using Atrium.Server.Gateway.Files.Uploads;
using Atrium.Server.Gateway.Images;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Gateway.Language;
using Atrium.Server.Gateway.Responses;
using Atrium.Server.Gateway.Safety;
using Atrium.Server.Gateway.Safety.Categories;
using Atrium.Server.Gateway.Speech.Hearing;
using Atrium.Server.Gateway.Speech.Hearing.Batch;
using Atrium.Server.Gateway.Speech.Sockets;
using Atrium.Server.Gateway.Speech.Speakers;
using Atrium.Server.Gateway.Speech.Speaking;
using Atrium.Server.Gateway.Speech.Speaking.Batch;
using Atrium.Server.Gateway.StoredChats;
using Atrium.Server.Gateway.Translation;
using Atrium.Server.Gateway.Upstream;
using Atrium.Server.Gateway.Video;
using Atrium.Server.Gateway.Vision;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Resources;
using static Atrium.Server.Gateway.GatewayRoutes;

namespace Atrium.Server.Gateway;

/// <summary>The data plane: OpenAI-shaped calls and Content Safety under one key.</summary>
internal static class GatewayFeature
{
    /// <summary>A key names its account or project at the root; the other two name it in the address.</summary>
    private static readonly string[] Roots = ["", "/ai/{account}", "/api/projects/{project}"];

    public static IServiceCollection AddGatewayFeature(this IServiceCollection services) => services
        .AddBlocklists()
        .AddResponses()
        .AddStoredChats()
        .AddSingleton<RetentionSweep>()
        .AddHostedService(provider => provider.GetRequiredService<RetentionSweep>())
        .AddFiles()
        .AddSingleton<GatewayState>()
        .AddSingleton<UpstreamConnections>()
        .AddEgressDoor(UpstreamClient.Door)
        .AddSingleton<UpstreamClient>()
        .AddSingleton<UpstreamAnswer>()
        .AddSingleton<Authentication>()
        .AddSingleton<AnswerLimits>()
        .AddSingleton<Metering>()
        .AddSingleton<EmbeddedChat>()
        .AddSingleton<EmbeddedCompletions>()
        .AddSingleton<EmbeddedModerations>()
        .AddSingleton<EmbeddedEmbeddings>()
        .AddSingleton<ContentSafety>()
        .AddEgressDoor(ImageModeration.Door)
        .AddSingleton<ImageModeration>()
        .AddSettings<SafetyOptions>(SafetyOptions.Section)
        .AddSingleton<ProtectedTexts>()
        .AddSingleton<ProtectedMaterial>()
        .AddSingleton<GroundednessJudge>()
        .AddSingleton<Groundedness>()
        .AddCategories()
        .AddSingleton<ServiceConnections>()
        .AddSingleton<ServiceUpstream>()
        .AddSingleton<SafetyUpstream>()
        .AddSingleton<DeploymentChat>()
        .AddImages()
        .AddVision()
        .AddVideo()
        .AddHearing()
        .AddLanguage()
        .AddSpeaking()
        .AddSpeakers()
        .AddTranslation()
        .AddSpeechSockets()
        .AddSingleton<GatewayPipeline>()
        .AddSingleton<ModelLists>()
        .AddSingleton<IErrorDialect, ContentSafetyErrors>()
        .AddSingleton<IErrorDialect, OpenAiErrors>();

    private static IServiceCollection AddFiles(this IServiceCollection services)
    {
        foreach (var type in (string[])[.. FileStore.Types, .. UploadStore.Types])
        {
            services.AddKeptType(type);
        }

        return services
            .AddSingleton<UploadStore>().AddSingleton<UploadCalls>()
            .AddSingleton<FileStore>().AddSingleton<FileCalls>().AddSingleton<FileSweep>().AddHostedService(provider => provider.GetRequiredService<FileSweep>())
            .AddJobs()
            .AddSettings<BatchOptions>(BatchOptions.Section)
            .AddJobKind<BatchJob>(BatchJob.Kind).AddSingleton<BatchAnswerer>().AddSingleton<BatchQuota>().AddSingleton<BatchCalls>();
    }

    private static IServiceCollection AddBlocklists(this IServiceCollection services)
    {
        foreach (var type in (string[])[.. Blocklist.Types, .. BlocklistItem.Types])
        {
            services.AddKeptType(type);
        }

        return services.AddSingleton<BlocklistState>().AddSingleton<BlocklistStore>().AddSingleton<BlocklistMatchers>().AddSingleton<BlocklistCalls>();
    }

    public static void MapGatewayFeature(this IEndpointRouteBuilder routes)
    {
        routes.MapTranscriptionLinks();
        routes.MapSynthesisLinks();
        foreach (var root in Roots)
        {
            var azure = routes.MapGroup(root + "/openai").WithTags("Azure OpenAI").Demanding(DemandApiVersion);
            azure.MapPost("/deployments/{deployment}/chat/completions", Run(GatewayOperation.Chat));
            azure.MapPost("/deployments/{deployment}/completions", Run(GatewayOperation.Completions));
            azure.MapPost("/deployments/{deployment}/embeddings", Run(GatewayOperation.Embeddings));
            azure.MapPost("/moderations", Run(GatewayOperation.Moderations));
            azure.MapGet("/models", (ModelLists lists, HttpContext context, CancellationToken cancellationToken) => lists.ListAsync(context, cancellationToken));
            azure.MapGet("/deployments", (ModelLists lists, HttpContext context, CancellationToken cancellationToken) => lists.ListAsync(context, cancellationToken));
            azure.MapGet("/models/{model}", (string model, ModelLists lists, HttpContext context, CancellationToken cancellationToken) => lists.GetAsync(model, context, cancellationToken));
            azure.MapStoredChats();
            azure.MapResponses();
            MapFiles(azure);
            azure.MapTranscriptions("/deployments/{deployment}");
            azure.MapSpeech("/deployments/{deployment}");
            azure.MapImages("/deployments/{deployment}");
            azure.MapImages("");
            azure.Map("/{**rest}", NotBuilt).WithOrder(1);

            var openai = routes.MapGroup(root + "/openai/v1").WithTags("OpenAI");
            openai.MapPost("/chat/completions", Run(GatewayOperation.Chat));
            openai.MapPost("/completions", Run(GatewayOperation.Completions));
            openai.MapPost("/embeddings", Run(GatewayOperation.Embeddings));
            openai.MapPost("/moderations", Run(GatewayOperation.Moderations));
            openai.MapGet("/models", (ModelLists lists, HttpContext context, CancellationToken cancellationToken) => lists.ListAsync(context, cancellationToken));
            openai.MapStoredChats();
            openai.MapResponses();
            MapFiles(openai);
            openai.MapTranscriptions("");
            openai.MapSpeech("");
            openai.MapImages("");
            openai.Map("/{**rest}", NotBuilt).WithOrder(1);
            openai.MapGet("/models/{model}", (string model, ModelLists lists, HttpContext context, CancellationToken cancellationToken) => lists.GetAsync(model, context, cancellationToken));

            var inference = routes.MapGroup(root + "/models").WithTags("AI model inference");
            inference.MapPost("/chat/completions", Run(GatewayOperation.Chat));
            inference.MapPost("/embeddings", Run(GatewayOperation.Embeddings));
            inference.MapGet("/info", (ModelLists lists, HttpContext context, CancellationToken cancellationToken) => lists.InfoAsync(context, cancellationToken));
            inference.Map("/{**rest}", NotBuilt).WithOrder(1);

            routes.MapPost(root + "/moderations", Run(GatewayOperation.Moderations)).WithTags("OpenAI");

            var safety = routes.MapGroup(root + "/contentsafety").WithTags("Content Safety").Demanding(SafetyVersions.Demand).Demanding(Identify);
            safety.MapPost("/text:analyze", Run(GatewayOperation.AnalyzeText));
            safety.MapPost("/text:shieldPrompt", Run(GatewayOperation.ShieldPrompt));
            safety.MapPost("/text:detectJailbreak", Run(GatewayOperation.DetectJailbreak));
            safety.MapPost("/text:detectProtectedMaterial", Run(ProtectedMaterial.Operation, (ProtectedMaterial material) => material.DetectAsync));
            safety.MapPost("/text:detectGroundedness", Run(Groundedness.Operation, (Groundedness groundedness) => groundedness.DetectAsync));
            safety.MapPost("/image:analyze", Run(ImageModeration.Operation, (ImageModeration images) => images.AnalyzeAsync));
            safety.MapCategories();
            safety.MapGet("/text/blocklists", Run(BlocklistCalls.Read, (BlocklistCalls lists) => lists.ListAsync));
            safety.MapGet("/text/blocklists/{blocklist}", Run(BlocklistCalls.Read, (BlocklistCalls lists) => lists.GetAsync));
            safety.MapPatch("/text/blocklists/{blocklist}", Run(BlocklistCalls.Write, (BlocklistCalls lists) => lists.PatchAsync));
            safety.MapDelete("/text/blocklists/{blocklist}", Run(BlocklistCalls.Delete, (BlocklistCalls lists) => lists.DeleteAsync));
            safety.MapPost("/text/blocklists/{blocklist}:addOrUpdateBlocklistItems", Run(BlocklistCalls.Write, (BlocklistCalls lists) => lists.AddItemsAsync));
            safety.MapPost("/text/blocklists/{blocklist}:removeBlocklistItems", Run(BlocklistCalls.Write, (BlocklistCalls lists) => lists.RemoveItemsAsync));
            safety.MapGet("/text/blocklists/{blocklist}/blocklistItems", Run(BlocklistCalls.Read, (BlocklistCalls lists) => lists.ListItemsAsync));
            safety.MapGet("/text/blocklists/{blocklist}/blocklistItems/{blocklistItem}", Run(BlocklistCalls.Read, (BlocklistCalls lists) => lists.GetItemAsync));
            safety.Map("/text/blocklists", WrongMethod("GET")).WithOrder(1);
            safety.Map("/text/blocklists/{blocklist}", WrongMethod("GET, PATCH, DELETE")).WithOrder(1);
            safety.Map("/text/blocklists/{blocklist}/blocklistItems", WrongMethod("GET")).WithOrder(1);
            safety.Map("/text/blocklists/{blocklist}/blocklistItems/{blocklistItem}", WrongMethod("GET")).WithOrder(1);
            safety.Map("/{**rest}", NotBuilt).WithOrder(1);

            routes.MapVision(root);
            routes.MapVideo(root);
            routes.MapLanguage(root);
            routes.MapTextAnalytics(root);
            routes.MapSpeaking(root);
            routes.MapSynthesizing(root);
            routes.MapSpeakers(root);
            routes.MapHearing(root);
            routes.MapTranslation(root);
            routes.MapSpeechSockets(root);
        }
    }

    private static void MapFiles(RouteGroupBuilder routes)
    {
        routes.MapPost("/files", Run(FileCalls.Write, (FileCalls files) => files.UploadAsync));
        routes.MapGet("/files", Run(FileCalls.Read, (FileCalls files) => files.ListAsync));
        routes.MapGet("/files/{file}", Run(FileCalls.Read, (FileCalls files) => files.GetAsync));
        routes.MapDelete("/files/{file}", Run(FileCalls.Delete, (FileCalls files) => files.DeleteAsync));
        routes.MapPost("/uploads", Run(FileCalls.Write, (UploadCalls uploads) => uploads.CreateAsync));
        routes.MapPost("/uploads/{upload}/parts", Run(FileCalls.Write, (UploadCalls uploads) => uploads.AddPartAsync));
        routes.MapPost("/uploads/{upload}/complete", Run(FileCalls.Write, (UploadCalls uploads) => uploads.CompleteAsync));
        routes.MapPost("/uploads/{upload}/cancel", Run(FileCalls.Write, (UploadCalls uploads) => uploads.CancelAsync));
        routes.MapPost("/batches", Run(BatchCalls.Write, (BatchCalls batches) => batches.CreateAsync));
        routes.MapGet("/batches", Run(BatchCalls.Read, (BatchCalls batches) => batches.ListAsync));
        routes.MapGet("/batches/{batch}", Run(BatchCalls.Read, (BatchCalls batches) => batches.GetAsync));
        routes.MapPost("/batches/{batch}/cancel", Run(BatchCalls.Write, (BatchCalls batches) => batches.CancelAsync));
        routes.MapGet("/files/{file}/content", Run(FileCalls.Read, (FileCalls files) => files.DownloadAsync));
    }
}
