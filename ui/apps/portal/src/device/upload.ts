/** Sends one photo and tells how far it got; a weak line is tried again before anybody is bothered. */
import { ApiError, type ProblemBody, type Upload } from '@chengshu/api'
import { lang } from '@chengshu/ui/words.ts'
import { isUnknown } from './city'
import { lighten } from './photo'

const WAITS = [1_000, 3_000, 8_000]

function refusal(status: number, body: Partial<ProblemBody> | null): ApiError {
  return new ApiError({ title: '', detail: '', code: 'client.offline', ...body, status })
}

function once(blob: Blob, name: string, tell: (share: number) => void): Promise<Upload> {
  return new Promise((done, fail) => {
    // fetch cannot report upload progress, so this one request still uses the older interface.
    const line = new XMLHttpRequest()
    line.open('POST', '/api/open/v1/uploads')
    line.responseType = 'json'
    line.timeout = 120_000
    line.setRequestHeader('Accept-Language', lang.value)
    line.upload.onprogress = (e) => { if (e.lengthComputable) tell(e.loaded / e.total) }
    line.onload = () => {
      if (line.status >= 200 && line.status < 300) done(line.response as Upload)
      else fail(refusal(line.status, line.response as Partial<ProblemBody> | null))
    }
    line.onerror = line.ontimeout = () => { fail(refusal(0, null)) }
    const form = new FormData()
    form.append('file', blob, name)
    line.send(form)
  })
}

export async function upload(file: Blob, name: string, tell: (share: number) => void): Promise<Upload> {
  const blob = await lighten(file)
  for (const wait of WAITS) {
    try {
      return await once(blob, name, tell)
    } catch (cause) {
      if (!isUnknown(cause) || !navigator.onLine) throw cause
      await new Promise((go) => setTimeout(go, wait))
    }
  }
  return once(blob, name, tell)
}
