using System.Text.Json;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Images;

/// <summary>
/// What is checked of a call for images before it leaves: what every server asks for. Sizes, qualities and styles differ from model to model, so the server behind the
/// connection judges them. Pure.
/// </summary>
internal static class ImageRequest
{
    /// <summary>As published for the model that takes the longest ones.</summary>
    public const int LongestPrompt = 32_000;

    private const int MostImages = 10;
    private static readonly string[] Formats = ["url", "b64_json"];

    /// <exception cref="ApiException">400 with every mistake.</exception>
    public static void Check(JsonElement body)
    {
        var problems = new List<Problem>();
        CheckPrompt(body.Text("prompt", problems), problems);
        body.Whole("n", 1, MostImages, problems);
        body.Flag("stream", problems);
        CheckFormat(body.Text("response_format", problems), problems);
        Refuse(problems);
    }

    /// <exception cref="ApiException">400 with every mistake.</exception>
    public static void Check(ImageForm form, bool needsPrompt)
    {
        var problems = new List<Problem>();
        if (needsPrompt)
        {
            CheckPrompt(form["prompt"], problems);
        }

        if (form["n"] is { } n && !(int.TryParse(n, out var number) && number is >= 1 and <= MostImages))
        {
            problems.Add(new("n", $"'n' must be a whole number from 1 to {MostImages}; found '{n}'."));
        }

        CheckFormat(form["response_format"], problems);
        if (!form.Files.Any(file => file.Field is ImageForm.Image or ImageForm.Images))
        {
            problems.Add(new(ImageForm.Image, $"'{ImageForm.Image}' is required: a part of the form with a file name, the image.", ProblemCodes.Required));
        }

        Refuse(problems);
    }

    private static void CheckPrompt(string? prompt, List<Problem> problems)
    {
        if (string.IsNullOrWhiteSpace(prompt) && !problems.Exists(problem => problem.Target == "prompt"))
        {
            problems.Add(new("prompt", "'prompt' is required: what the image is to show.", ProblemCodes.Required));
        }
        else if (prompt?.Length > LongestPrompt)
        {
            problems.Add(new("prompt", $"'prompt' may have {LongestPrompt} characters; found {prompt.Length}."));
        }
    }

    private static void CheckFormat(string? format, List<Problem> problems)
    {
        if (format is not null && !Formats.Contains(format))
        {
            problems.Add(new("response_format", $"'response_format' must be one of {string.Join(", ", Formats)}; found '{format}'."));
        }
    }

    private static void Refuse(List<Problem> problems)
    {
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }
    }
}
