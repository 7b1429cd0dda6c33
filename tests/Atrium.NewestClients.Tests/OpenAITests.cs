using System.ClientModel;
using OpenAI.Audio;
using OpenAI.Chat;
using OpenAI.Files;
using OpenAI.Moderations;

namespace Atrium.NewestClients.Tests;

/// <summary>The newest client of OpenAI for .NET against a hub as it is after its first start.</summary>
public sealed class OpenAITests(Hub hub)
{
    private const string Said = "He might even have been made amiable himself.";
    private static readonly string Recording = Path.Combine(AppContext.BaseDirectory, "Audio", "amiable.wav");
    private static readonly ChatMessage[] Question = [new SystemChatMessage("The office opens at nine. The canteen serves lunch from noon."), new UserChatMessage("When does the office open?")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chat_is_answered_whole_and_streamed()
    {
        var chat = hub.Client.GetChatClient("chat");
        var whole = (await chat.CompleteChatAsync(Question, cancellationToken: Cancel)).Value;
        Assert.Contains("opens at nine", whole.Content[0].Text, StringComparison.Ordinal);
        var (text, tokens) = ("", 0);
        await foreach (var update in chat.CompleteChatStreamingAsync(Question, cancellationToken: Cancel))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            tokens = update.Usage?.TotalTokenCount ?? tokens;
        }

        Assert.Equal((whole.Content[0].Text, whole.Usage.TotalTokenCount), (text, tokens));
    }

    [Fact]
    public async Task Embeddings_and_models_come()
    {
        Assert.Equal(64, (await hub.Client.GetEmbeddingClient("embeddings").GenerateEmbeddingAsync("x", new() { Dimensions = 64 }, Cancel)).Value.ToFloats().Length);
        var models = (await hub.Client.GetOpenAIModelClient().GetModelsAsync(Cancel)).Value.Select(model => model.Id);
        Assert.Superset(new HashSet<string> { "chat", "embeddings", "whisper", "tts" }, models.ToHashSet());
    }

    [Fact]
    public async Task A_threat_is_flagged()
    {
        var threat = (await hub.Client.GetModerationClient("omni-moderation-latest").ClassifyTextAsync("I will kill you with a knife tonight", Cancel)).Value;
        Assert.True(threat.Flagged && threat.Violence.Flagged);
        Assert.Equal(ModerationApplicableInputKinds.Text, threat.Violence.ApplicableInputKinds);
    }

    [Fact]
    public async Task What_is_recorded_is_written_down_whole_and_streamed()
    {
        var client = hub.Client.GetAudioClient("whisper");
        var options = new AudioTranscriptionOptions { ResponseFormat = AudioTranscriptionFormat.Verbose, TimestampGranularities = AudioTimestampGranularities.Word | AudioTimestampGranularities.Segment };
        var heard = (await client.TranscribeAudioAsync(Recording, options)).Value;
        Assert.Equal((Said, Said.Split(' ').Length), (heard.Text, heard.Words.Count));
        var streamed = "";
        await foreach (var update in await client.TranscribeAudioStreamingAsync(Recording, cancellationToken: Cancel))
        {
            streamed = update is StreamingAudioTranscriptionTextDoneUpdate done ? done.Text : streamed;
        }

        Assert.Equal(Said, streamed);
    }

    [Fact]
    public async Task What_is_spoken_is_understood()
    {
        var spoken = (await hub.Client.GetAudioClient("tts").GenerateSpeechAsync("The meeting begins at nine.", GeneratedSpeechVoice.Alloy, new() { ResponseFormat = GeneratedSpeechFormat.Wav }, Cancel)).Value;
        using var audio = spoken.ToStream();
        var heard = (await hub.Client.GetAudioClient("whisper").TranscribeAudioAsync(audio, "meeting.wav", cancellationToken: Cancel)).Value.Text;
        Assert.Contains("meeting begins at", heard, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_file_is_kept_and_a_batch_answers_its_lines()
    {
        var files = hub.Client.GetOpenAIFileClient();
        var line = """{"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{"model":"embeddings","input":"one"}}""";
        var file = (await files.UploadFileAsync(BinaryData.FromString(line), "in.jsonl", FileUploadPurpose.Batch)).Value;
        var batches = hub.Client.GetBatchClient();
        using var order = BinaryContent.Create(BinaryData.FromObjectAsJson(new { input_file_id = file.Id, endpoint = "/v1/embeddings", completion_window = "24h" }));
        var batch = await batches.CreateBatchAsync(order, waitUntilCompleted: false);
        await batch.WaitForCompletionAsync(Cancel);
        var found = new List<string>();
        await foreach (var one in batches.GetBatchesAsync(cancellationToken: Cancel))
        {
            found.Add(one.Id);
        }

        Assert.Contains(batch.BatchId, found);
        await files.DeleteFileAsync(file.Id, Cancel);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => files.GetFileAsync(file.Id, Cancel))).Status);
    }

    [Fact]
    public async Task A_wrong_key_and_a_model_that_is_not_there_are_refused()
    {
        Assert.Equal(401, (await Assert.ThrowsAsync<ClientResultException>(() => hub.With("wrong").GetChatClient("chat").CompleteChatAsync(Question))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => hub.Client.GetChatClient("nothing").CompleteChatAsync(Question))).Status);
    }
}
