using System.Globalization;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Files;

/// <summary>What a caller uploads: a form with <c>purpose</c>, <c>file</c> and perhaps <c>expires_after</c>.</summary>
/// <param name="Path">Where the content lies, complete and flushed.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Purpose">One of <see cref="Purposes"/>.</param>
/// <param name="ExpiresAfter">How long it is kept; null for ever.</param>
internal sealed record FileUpload(string Path, string Name, string Purpose, TimeSpan? ExpiresAfter)
{
    private const long MostBytes = 512L * 1024 * 1024;
    private const int LongestValue = 1024;

    public static readonly string[] Purposes = ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"];

    /// <exception cref="ApiException">400 or 413; what was written is removed.</exception>
    public static async Task<FileUpload> ReadAsync(HttpRequest request, string path, CancellationToken cancellationToken)
    {
        var form = await UploadForm.ReadAsync(request, "'purpose' and 'file'", ["file"], path, MostBytes, LongestValue, cancellationToken);
        try
        {
            return Checked(path, form);
        }
        catch (ApiException)
        {
            File.Delete(path);
            throw;
        }
    }

    private static FileUpload Checked(string path, UploadForm form)
    {
        var problems = new List<Problem>();
        if (form.FileName is null)
        {
            problems.Add(new("file", "'file' is required: a part of the form with a file name.", ProblemCodes.Required));
        }

        if (form["purpose"] is not { } purpose || !Purposes.Contains(purpose))
        {
            problems.Add(new("purpose", $"'purpose' must be one of {string.Join(", ", Purposes)}."));
        }

        TimeSpan? expires = null;
        if ((form["expires_after[anchor]"] ?? form["expires_after[seconds]"]) is not null)
        {
            expires = FileExpiry.Read("expires_after", form["expires_after[anchor]"], int.TryParse(form["expires_after[seconds]"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null, problems);
        }

        return problems.Count == 0 ? new(path, form.FileName!, form["purpose"]!, expires) : throw ApiException.Invalid(problems);
    }
}
